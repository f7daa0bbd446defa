"""Index keeps the command of every open task, and publishes it again where the broker lost it."""

import dataclasses

import pytest

from winnow_contracts.envelope import now_ms
from winnow_contracts.events import ENVELOPE
from winnow_contracts.job_options import Track
from winnow_contracts.states import Outcome, TaskState
from winnow_index.history.event_store import EventStore
from winnow_index.history.open_commands import OpenCommands
from winnow_index.history.task_history import TaskHistories
from winnow_index.testing import AI, MEDIA, EventSender, completed, dead, started
from winnow_journal.event_factory import end_event, enqueued_event, released_event
from winnow_journal.values import AttemptResult


@pytest.fixture
def commands(database):
    return OpenCommands(database, lease_seconds=60)


@pytest.fixture
def journal(database):
    return EventSender(EventStore(database), "departed", "media-2")


@pytest.fixture
def departs(database):
    """The node of the journal is gone: index hears of it no more."""

    def depart(journal_id="departed"):
        with database.transaction() as transaction:
            transaction.run_text(
                "UPDATE journal_watermark SET seen_ms = seen_ms - 61000 WHERE journal_id = %(id)s", {"id": journal_id}
            )

    return depart


def kept(about, origin=""):
    return enqueued_event(about, "media-2", origin)


def due(commands):
    return [one.envelope for one in commands.due(10)]


def test_the_command_of_an_open_task_is_published_again_on_request(commands, journal):
    journal.ship(kept(MEDIA))
    assert commands.reopen(MEDIA.command.job_id) == 1
    assert due(commands) == [MEDIA]


def test_the_command_of_a_task_whose_end_came_with_it_is_not_kept(commands, journal):
    journal.ship(kept(MEDIA), kept(AI), completed(MEDIA, "a", "media-2"))
    commands.reopen(MEDIA.command.job_id)
    assert due(commands) == [AI]


def test_a_task_that_runs_is_left_alone_while_its_node_lives(commands, journal, departs):
    journal.ship(kept(MEDIA), started(MEDIA, "a", "media-2"))
    commands.reopen(MEDIA.command.job_id)
    assert due(commands) == []
    departs()
    assert due(commands) == [MEDIA]


def test_a_task_whose_attempt_died_is_published_again_though_its_node_lives(commands, journal):
    journal.ship(kept(MEDIA), started(MEDIA, "a", "media-2"), released_event(MEDIA, "media-2", "a", alone=False))
    commands.reopen(MEDIA.command.job_id)
    assert due(commands) == [MEDIA]


def test_a_task_that_runs_on_a_node_that_lost_its_journal_is_published_again(commands, journal, database):
    journal.ship(kept(MEDIA), started(MEDIA, "a", "media-2"))
    later = dataclasses.replace(started(AI, "b", "media-2"), at_ms=2**52)
    EventSender(EventStore(database), "newer", "media-2").ship(later)
    commands.reopen(MEDIA.command.job_id)
    assert due(commands) == [MEDIA]


def test_after_the_loss_of_the_broker_journals_publish_first_what_they_alone_keep(commands, journal, database):
    journal.ship(kept(MEDIA))
    assert commands.reopen() == 1
    assert due(commands) == []
    with database.transaction() as transaction:
        transaction.run_text("UPDATE open_command SET due_ms = due_ms - 10000")
    assert due(commands) == [MEDIA]


def test_an_end_that_a_silent_journal_told_after_a_gap_is_not_waited_for(database):
    """What came before the end in that journal may be a child that nobody else knows of."""
    sender = EventSender(EventStore(database), "departed", "media-2")
    sender._seq = 5
    sender.ship(completed(MEDIA, "a", "media-2"))
    asked = (MEDIA.task_id, MEDIA.command.job_id, 1)
    assert TaskHistories(database).past(*asked, possible_duplicate=True).ended
    assert not TaskHistories(database, lease_seconds=-1).past(*asked, possible_duplicate=True).ended


def test_what_was_published_is_not_published_twice(commands, journal, departs):
    journal.ship(kept(MEDIA))
    departs()
    commands.reopen(MEDIA.command.job_id)
    commands.sent(commands.due(10))
    assert due(commands) == []


@pytest.mark.parametrize("end", [completed, dead])
def test_a_task_that_ended_needs_its_command_no_more(commands, journal, departs, end):
    journal.ship(kept(MEDIA), started(MEDIA, "a"), end(MEDIA, "a"))
    departs()
    assert commands.reopen(MEDIA.command.job_id) == 0


def test_of_a_retried_task_the_retry_copy_is_kept(commands, journal, departs):
    copy = MEDIA.retried(retry=1, not_before_ms=5, attempt_id="a")
    waits = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=5)
    journal.ship(kept(MEDIA), started(MEDIA, "a"), end_event(MEDIA, waits, "media-2", "a", copy=copy))
    departs()
    commands.reopen(MEDIA.command.job_id)
    assert due(commands) == [copy]


def test_an_end_told_by_a_departed_journal_counts_because_what_follows_is_kept(commands, journal, departs, database):
    """The last copy of a child lies here: its message may be gone, and the node that wrote it will not come back."""
    journal.ship(kept(MEDIA), started(MEDIA, "a"), kept(AI, MEDIA.task_id), completed(MEDIA, "a"))
    departs()
    past = TaskHistories(database).past(MEDIA.task_id, MEDIA.command.job_id, 1, possible_duplicate=True)
    assert past.ended
    commands.reopen(MEDIA.command.job_id)
    assert due(commands) == [AI]


def test_an_end_counts_only_where_index_has_all_that_its_journal_told_before(database, events_with_a_gap):
    past = TaskHistories(database).past(MEDIA.task_id, MEDIA.command.job_id, 1, possible_duplicate=True)
    assert not past.ended


@pytest.fixture
def events_with_a_gap(database):
    """The journal's batch before the end never came, and it is lost."""
    sender = EventSender(EventStore(database), "old", "media-2")
    sender._seq = 5
    sender.ship(completed(MEDIA, "a", "media-2"))
    later = dataclasses.replace(started(AI, "b", "media-2"), at_ms=2**52)
    EventSender(EventStore(database), "newer", "media-2").ship(later)


def test_a_copy_before_a_retry_that_is_kept_need_not_run(journal, database, departs):
    copy = MEDIA.retried(retry=1, not_before_ms=5, attempt_id="a")
    waits = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=5)
    journal.ship(started(MEDIA, "a"), end_event(MEDIA, waits, "media-2", "a", copy=copy))
    departs()
    past = TaskHistories(database).past(MEDIA.task_id, MEDIA.command.job_id, 1, possible_duplicate=True)
    assert (past.later_retry_exists, past.ended) == (True, False)


def test_a_job_of_which_nothing_is_heard_is_sent_again_also_where_its_node_lives(commands, journal, database):
    journal.ship(kept(MEDIA))
    assert commands.reopen_stuck([MEDIA.queue], silent_ms=1000) == 0
    with database.transaction() as transaction:
        transaction.run_text("UPDATE job SET created_ms = 1")
        transaction.run_text("UPDATE task_event SET at_ms = 1")
        transaction.run_text("UPDATE open_command SET kept_ms = 1")
    assert commands.reopen_stuck(["another"], silent_ms=1000) == 0, "others wait in its lane"
    assert commands.reopen_stuck([MEDIA.queue], silent_ms=1000) == 1
    assert due(commands) == [MEDIA]


def test_a_job_of_which_only_the_outcome_is_told_may_be_silent_for_twice_as_long(commands, journal, database):
    journal.ship(kept(dataclasses.replace(MEDIA, track=Track.OUTCOME)), kept(AI))
    for past_ms, found in ((1_500, 1), (2_500, 1)):
        with database.transaction() as transaction:
            transaction.run_text("UPDATE job SET created_ms = 1")
            transaction.run_text("UPDATE task_event SET at_ms = 1")
            then = {"then_ms": now_ms() - past_ms}
            transaction.run_text("UPDATE open_command SET kept_ms = %(then_ms)s", then)
        assert commands.reopen_stuck([MEDIA.queue, AI.queue], silent_ms=1_000) == found


def test_nothing_of_a_cancelled_job_is_published_again(commands, journal, departs, database):
    journal.ship(kept(MEDIA))
    departs()
    commands.reopen(MEDIA.command.job_id)
    with database.transaction() as transaction:
        transaction.run_text("UPDATE job SET status = 'cancelled'")
    assert due(commands) == []


def test_a_command_that_this_version_cannot_read_holds_up_no_other(commands, journal, departs, database):
    journal.ship(kept(MEDIA), kept(AI))
    departs()
    commands.reopen(MEDIA.command.job_id)
    with database.transaction() as transaction:
        transaction.run_text(
            'UPDATE open_command SET envelope = \'{"headers": {"actor": "media.of_tomorrow"}, "payload": {}}\''
            " WHERE task_id = %(id)s",
            {"id": MEDIA.task_id},
        )
    (unreadable,) = [one for one in commands.due(10) if one.envelope is None]
    commands.postpone([unreadable])
    assert due(commands) == [AI]


def test_the_command_is_stored_once(journal, database):
    journal.ship(kept(MEDIA))
    with database.transaction() as transaction:
        assert transaction.run_text(f"SELECT 1 FROM task_event WHERE detail ? '{ENVELOPE}'") == 0
        assert transaction.run_text("SELECT 1 FROM task_event WHERE detail ? 'kept'") == 1


def test_what_index_remembers_outlives_it(commands, database):
    assert commands.flag("sentinel") == ""
    commands.set_flag("sentinel", "2")
    assert OpenCommands(database).flag("sentinel") == "2"
