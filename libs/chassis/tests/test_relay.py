"""The relay with a broker that confirms when the test says so."""

import pytest

from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.closed_lanes import ClosedLanes
from winnow_chassis.outbox import outbox_scan
from winnow_chassis.outbox import relay as relaying
from winnow_chassis.outbox.relay import Relay
from winnow_contracts import queues
from winnow_contracts.commands import DrillAi, DrillMedia
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
            done(Answer.HELD)

    def answer_all(self, answer):
        """Answer each message sent so far, and forget it."""
        sent, self.sent = self.sent, []
        for _, done in sent:
            done(answer)

    @property
    def marks(self):
        """For each message, whether it is marked as a possible duplicate."""
        return [bool(message.headers["again"]) for message, _ in self.sent]

    @property
    def addresses(self):
        """For each message, its exchange and its lane."""
        return [(message.exchange, message.routing_key.split(".", 26)[-1]) for message, _ in self.sent]


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


@pytest.fixture
def clock(relay):
    """Tells the relay's lanes the time; a test moves it."""
    clock = Clock()
    relay.lanes = ClosedLanes(clock)
    return clock


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


def envelope(job_id="job_1", command=DrillMedia):
    return Envelope(command=command(tenant_id="drill", job_id=job_id, media_id="m"))


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
    broker.sent.pop()[1](Answer.UNKNOWN)
    broker.connected = True
    work(relay)
    assert broker.marks == [True]


def test_what_never_left_goes_out_as_fresh(relay, journal, broker):
    broker.connected = False
    relay.offer(journal.submit(envelope()))
    broker.sent.pop()[1](Answer.UNKNOWN)
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


def test_what_a_full_lane_refused_stays_and_goes_to_the_lane_itself_unmarked_once_it_opens(
    relay, journal, broker, clock
):
    (row,) = journal.submit(envelope())
    opened = []
    relay.offer([row], then=lambda: opened.append(1))
    broker.answer_all(Answer.REFUSED)
    work(relay)
    assert (broker.sent, opened, journal.unconfirmed(10)) == ([], [], [row])
    clock.seconds += 1
    work(relay)
    assert (broker.addresses, broker.marks) == ([("", queues.MEDIA)], [False])
    broker.answer_all(Answer.HELD)
    work(relay)
    assert (opened, journal.unconfirmed(10)) == ([1], [])


def test_a_row_for_a_closed_lane_is_not_sent_at_all_until_it_opens(relay, journal, broker, clock):
    relay.offer(journal.submit(envelope()))
    broker.answer_all(Answer.REFUSED)
    relay.offer(journal.submit(envelope("job_2")))
    assert broker.sent == []
    clock.seconds += 1
    work(relay)
    assert broker.marks == [False, False]


def test_thousands_of_rows_for_a_full_lane_hold_up_no_other(relay, journal, broker, clock, monkeypatch):
    for module in (outbox_scan, relaying):
        monkeypatch.setattr(module, "READ_AT_ONCE", 5)
    for number in range(20):
        journal.submit(envelope(f"job_{number}"))
    journal.submit(envelope("job_other", DrillAi))
    work(relay)
    assert {lane for _, lane in broker.addresses} == {queues.MEDIA}
    broker.answer_all(Answer.REFUSED)
    assert relay._read_due == 0.0, "the others are not read at once"
    work(relay)
    work(relay)
    assert broker.addresses == [("", queues.AI)]


def test_a_row_whose_confirm_was_lost_goes_to_its_lane_itself_marked_and_with_its_time(relay, journal, broker):
    relay.offer(journal.submit(envelope()))
    work(relay)
    broker.answer_all(Answer.UNKNOWN)
    work(relay)
    assert (broker.addresses, broker.marks) == ([("", queues.MEDIA)], [True])
    assert broker.sent[0][0].headers["again_ms"] > 0


def test_a_row_that_may_have_been_published_stays_marked_when_its_lane_refuses_it(relay, journal, broker, clock):
    relay.offer(journal.submit(envelope()))
    work(relay)
    broker.answer_all(Answer.UNKNOWN)
    for _ in range(2):
        work(relay)
        assert broker.marks == [True]
        broker.answer_all(Answer.REFUSED)
        clock.seconds += 30


def test_a_delayed_row_does_not_wait_for_a_closed_lane(relay, journal, broker, clock):
    relay.offer(journal.submit(envelope()))
    broker.answer_all(Answer.REFUSED)
    take = journal.claim(envelope("job_2"), DeliveryContext())
    later = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=3_000)
    relay.offer(journal.finish(envelope("job_2"), take.attempt_id, later))
    assert broker.addresses == [("winnow.delay.1", f"{queues.MEDIA}.due")]
