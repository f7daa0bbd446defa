"""The relay with a broker that confirms when the test says so."""

import pytest

from winnow_chassis.outbox.relay import Relay
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_contracts.states import Outcome, TaskState
from winnow_journal.testing.memory import MemoryJournal
from winnow_journal.values import AttemptResult, DeliveryContext, JournalUnusable, Skip


class Broker:
    """Replaces the publisher: keeps each message until the test confirms it."""

    def __init__(self):
        self.connected = True
        self.sent = []

    def publish(self, message, done):
        self.sent.append((message, done))

    def confirm_all(self):
        for _, done in self.sent:
            done(True)

    @property
    def marks(self):
        """For each message, whether it is marked as a possible duplicate."""
        return [bool(message.headers["again"]) for message, _ in self.sent]


class FullDisk(MemoryJournal):
    """A journal that cannot record confirms while ``full``."""

    full = False

    def confirm(self, rows):
        if self.full:
            raise JournalUnusable("disk full")
        super().confirm(rows)


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def journal():
    return FullDisk("n")


@pytest.fixture
def relay(journal, broker):
    relay = Relay(journal, broker)
    yield relay
    relay.start()
    relay.stop()


def envelope(job_id="job_1"):
    return Envelope(command=DrillMedia(tenant_id="drill", job_id=job_id, media_id="m"))


def work(relay):
    """Run one round of the relay's thread."""
    relay._record_confirmed()
    relay._read()


def test_a_confirm_that_could_not_be_noted_before_the_broker_lost_its_data_confirms_nothing(relay, journal, broker):
    relay.offer(journal.submit(envelope()))
    journal.full = True
    broker.confirm_all()
    with pytest.raises(JournalUnusable):
        relay._record_confirmed()
    journal.full = False
    assert journal.reopen_all({}) == 1
    work(relay)
    assert broker.marks == [False, True]
    broker.confirm_all()
    work(relay)
    assert (journal.unconfirmed(10), len(broker.sent)) == ([], 2)


def test_what_a_finished_task_left_unconfirmed_goes_out_marked_also_when_the_broker_was_away(relay, journal, broker):
    take = journal.claim(envelope(), DeliveryContext())
    ending = AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, children=(envelope("job_2"),))
    journal.finish(envelope(), take.attempt_id, ending)  # its process died before it saw a confirm
    back = journal.claim(envelope(), DeliveryContext(redelivered=True))
    assert isinstance(back, Skip)
    broker.connected = False
    relay.offer(back.awaiting)
    broker.sent.pop()[1](False)
    broker.connected = True
    work(relay)
    assert broker.marks == [True]


def test_what_never_left_goes_out_as_fresh(relay, journal, broker):
    broker.connected = False
    relay.offer(journal.submit(envelope()))
    broker.sent.pop()[1](False)
    broker.connected = True
    work(relay)
    assert broker.marks == [False]


def test_a_row_that_is_read_before_its_writer_offers_it_goes_out_once_and_fresh(relay, journal, broker):
    work(relay)
    rows = journal.submit(envelope())
    work(relay)
    relay.offer(rows)
    work(relay)
    assert broker.marks == [False]


def test_a_row_that_nobody_offers_goes_out_with_the_next_reading(relay, journal, broker):
    work(relay)
    journal.submit(envelope())
    work(relay)
    work(relay)
    assert broker.marks == [True]
