"""What is recorded of a job of which only the outcome is told."""

import pytest

from winnow_contracts.events import EventKind
from winnow_contracts.job_options import Track
from winnow_contracts.states import Outcome, TaskState
from winnow_contracts.usage import Spending
from winnow_journal.task import Task
from winnow_journal.values import AttemptResult, DeliveryContext, Run

ENDS = {
    EventKind.COMPLETED: (TaskState.COMPLETED, Outcome.COMPLETED),
    EventKind.RETRYING: (TaskState.RETRY_WAIT, Outcome.FAILED),
    EventKind.DEAD: (TaskState.DEAD, Outcome.FAILED),
    EventKind.INTERRUPTED: (TaskState.PENDING, Outcome.INTERRUPTED),
}


def end(journal, envelope, kind=EventKind.COMPLETED, **fields):
    """Takes the task and ends its attempt; returns the rows that hold the ack back."""
    claim = journal.claim(envelope, DeliveryContext())
    assert isinstance(claim, Run)
    state, outcome = ENDS[kind]
    return journal.finish(envelope, claim.attempt_id, AttemptResult(state=state, outcome=outcome, **fields))


def task(journal, envelope, **options):
    claim = journal.claim(envelope, DeliveryContext())
    assert isinstance(claim, Run)
    return Task(envelope, claim.attempt_id, journal, node="node-1", **options)


def kinds(journal):
    return [one.event.kind for one in journal.events_after(0, 1000)]


@pytest.fixture
def quiet(examine):
    """An envelope of such a job."""
    return lambda *job_id, **fields: examine(*job_id, track=Track.OUTCOME, **fields)


@pytest.mark.parametrize("kind", ENDS)
def test_ends_alone_are_recorded_and_heard(journal, quiet, kind):
    heard = []
    journal.listen(heard.append)
    end(journal, quiet(), kind, duration_ms=7)
    assert kinds(journal) == [kind]
    assert [(event.kind, event.detail["duration_ms"]) for event in heard] == [(kind, 7)]


def test_the_command_that_follows_is_told_to_index_whole(journal, quiet):
    end(journal, quiet(), children=(quiet("job_child"),))
    enqueued, _ = (one.event for one in journal.events_after(0, 10))
    assert enqueued.kind is EventKind.ENQUEUED
    assert enqueued.detail["envelope"]["headers"]["track"] == "outcome"


def test_a_retry_copy_is_tracked_as_its_task(journal, quiet):
    (copy,) = end(journal, quiet(), EventKind.RETRYING)
    assert copy.envelope.track is Track.OUTCOME


def test_an_attempt_whose_process_died_is_told(house, quiet):
    task(house.journal, quiet())
    assert kinds(house.reboot()) == [EventKind.RELEASED]


def test_a_step_is_used_again_and_neither_recorded_nor_told(house, quiet):
    told = []
    running = task(house.journal, quiet(), tell=told.append)
    running.step("s", lambda: 1)
    running.progress("s", 0.5)
    again = task(house.reboot(), quiet(), tell=told.append)
    assert again.step("s", lambda: 2) == 1
    assert (told, EventKind.STEP_DONE in kinds(house.journal)) == ([], False)


def test_a_step_with_a_paid_call_is_recorded(journal, quiet):
    running = task(journal, quiet())

    def pay():
        running.spend(Spending(use="vision", model="m"))
        return 1

    running.step("s", pay)
    (event,) = (one.event for one in journal.events_after(0, 10))
    assert (event.kind, [call["model"] for call in event.detail["spent"]]) == (EventKind.STEP_DONE, ["m"])
