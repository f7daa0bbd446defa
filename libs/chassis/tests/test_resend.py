"""One process of a journal reopens a job's kept commands, and the caller learns whether the broker took the request."""

import pytest

from winnow_chassis.broker.control_channel import broadcast_confirmed
from winnow_chassis.outbox.resend import resend
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_contracts.control import ControlKind, ControlMessage
from winnow_contracts.errors import Unavailable
from winnow_harness.fixtures.nodes import ACCEPTED, BrokerView, envelope, settings, wait_for
from winnow_journal.values import JournalUnusable

AWAY = "amqp://guest:guest@127.0.0.1:1/%2F"
NEWS = ControlMessage(kind=ControlKind.RESEND, name="job_a")


@pytest.fixture
def pair(tmp_path):
    """Two processes of one gateway, which share a journal. The first is the leader. Nothing in them is started."""
    first, second = (OutboxRuntime(settings(AWAY, tmp_path, "gateway"), exclusive=False) for _ in range(2))
    for name in ("a", "b"):
        first.journal.accept(envelope(name), ACCEPTED)
    first.journal.confirm(first.journal.unconfirmed(10))
    yield first, second
    first.journal.close()
    second.journal.close()


def test_the_process_that_holds_the_upkeep_opens_the_jobs_commands_again_and_no_others(pair):
    first, second = pair
    resend(second, "job_a")
    assert (first.journal.unconfirmed(10), second.journal.unconfirmed(10)) == ([], [])
    resend(first, "job_a")
    (row,) = first.journal.unconfirmed(10)
    assert row.possible_duplicate
    assert row.envelope.command.job_id == "job_a"


def test_a_journal_that_can_not_be_written_keeps_no_listener_from_going_on(pair, monkeypatch, caplog):
    def full(job_id):
        raise JournalUnusable("database or disk is full")

    first, _ = pair
    monkeypatch.setattr(first.journal, "reopen_job", full)
    resend(first, "job_a")
    assert "cannot be sent again" in caplog.text


def test_news_that_nobody_keeps_is_refused_while_the_broker_is_away(pair):
    with pytest.raises(Unavailable, match="resend job_a"):
        broadcast_confirmed(pair[0].publisher, NEWS)


def test_news_that_nobody_keeps_is_told_once_the_broker_has_it(amqp_url, tmp_path):
    BrokerView(amqp_url).clean()
    node = OutboxRuntime(settings(amqp_url, tmp_path, "gateway"), exclusive=False)
    node.start()
    try:
        wait_for(lambda: node.publisher.connected)
        broadcast_confirmed(node.publisher, NEWS)
    finally:
        node.stop()
