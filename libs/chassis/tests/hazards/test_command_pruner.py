"""Commands that index keeps leave the journal, but not while the broker may have lost its data."""

import time

import pytest

from winnow_chassis.outbox.command_pruner import CommandPruner
from winnow_contracts import queues
from winnow_harness.fixtures.nodes import envelope, wait_for


@pytest.fixture
def told(send):
    """A node whose command is confirmed, and of which index said that it keeps it."""
    assert send(envelope("kept")).wait(10)
    journal = send.node.journal
    wait_for(lambda: not journal.unconfirmed(10))
    journal.applied(0, journal.events_after(0, 10)[-1].seq, keeps_commands=True)
    return send.node


@pytest.fixture
def prune(told, broker):
    parts = []

    def start():
        parts.append(CommandPruner(told.journal, broker.amqp_url, every_seconds=0.1))
        parts[-1].start()

    yield start
    for part in parts:
        part.stop()


def test_a_command_that_index_keeps_leaves_the_journal(told, prune):
    prune()
    wait_for(lambda: told.journal.jobs_with_kept_commands(10) == [])
    assert told.journal.reopen_all({}) == 0


def test_while_the_sentinel_is_missing_every_command_stays(told, prune, broker):
    """The broker lost its data; whether index noticed before it stored the command's event is not known."""
    with broker.channel() as channel:
        channel.queue_delete(queues.sentinel(told.journal.journal_id))
    prune()
    time.sleep(1)
    assert told.journal.jobs_with_kept_commands(10) == ["job_kept"]


def test_with_the_broker_away_every_command_stays(told, prune, monkeypatch):
    monkeypatch.setattr("winnow_chassis.outbox.command_pruner.connected", _refused)
    prune()
    time.sleep(0.5)
    assert told.journal.jobs_with_kept_commands(10) == ["job_kept"]


def _refused(parameters):
    raise ConnectionRefusedError
