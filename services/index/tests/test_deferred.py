"""A task that was deferred until its reservation, as people and nodes see it."""

import pytest

from winnow_contracts.commands import AdviseDisposal, ClassifyPhoto, PhotoFiles
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import EventKind
from winnow_index.history.diagnostics import Diagnostics
from winnow_index.history.event_store import EventStore
from winnow_index.history.task_history import TaskHistories
from winnow_index.testing import AsJson, EventSender, completed, dead, enqueued, started
from winnow_journal.event_factory import new_event

FILES = PhotoFiles(original_key="o", image_key="i", thumbnail_key="t", image_sha256="0", width=1, height=1)
WHOSE = {"tenant_id": "t", "job_id": "job_p", "media_id": "med_p"}
CLASSIFY = Envelope(command=ClassifyPhoto(**WHOSE, files=FILES, language="en", region="kr"))
ADVISE = Envelope(command=AdviseDisposal(**WHOSE, files=FILES, finding_key="f", language="en", region="kr"))
LATER = {"code": "rate-limited", "detail": "Its turn comes in 40 s.", "hint": "", "retryable": True}
BROKEN = {"code": "model-unavailable", "detail": "The model does not answer.", "hint": "", "retryable": True}


def deferred(about, attempt, delay_ms=40_000):
    return new_event(EventKind.RETRYING, about, "n", attempt, problem=LATER, outcome="deferred", delay_ms=delay_ms)


@pytest.fixture
def shipper(database):
    made = EventSender(EventStore(database))
    made.ship(enqueued(CLASSIFY), started(CLASSIFY, "a"), deferred(CLASSIFY, "a"))
    return made


def stage(library, name="classify"):
    found = {one["name"]: one for one in library.job("t", "job_p")["stages"]}[name]
    return found["status"], found["reason"]


def test_its_stage_waits_and_says_for_what(shipper, library):
    assert stage(library) == ("waiting", "Its turn comes in 40 s.")
    assert library.job("t", "job_p")["status"] == "running"


def test_its_attempt_is_told_as_deferred(shipper, library):
    task = library.trace("t", "job_p")["tasks"][0]
    assert (task["state"], task["deferred"], task["attempts"][0]["outcome"]) == ("retry_wait", 1, "deferred")
    assert task["attempts"][0]["error"]["code"] == "rate-limited"


def test_when_its_turn_came_it_runs_and_ends_like_any_other(shipper, library):
    copy = CLASSIFY.retried(retry=1, turn_ms=5)
    shipper.ship(started(copy, "b"))
    assert stage(library) == ("running", None)
    shipper.ship(completed(copy, "b"), enqueued(ADVISE, CLASSIFY.task_id))
    assert stage(library) == ("done", None)
    task = library.trace("t", "job_p")["tasks"][0]
    assert [one["outcome"] for one in task["attempts"]] == ["deferred", "completed"]
    assert (task["deferred"], task["retry"]) == (1, 1)


def test_a_failure_after_it_is_tried_again_and_told_so(shipper, library):
    copy = CLASSIFY.retried(retry=1, turn_ms=5)
    problem = {"problem": BROKEN, "outcome": "failed", "delay_ms": 1}
    shipper.ship(started(copy, "b"), new_event(EventKind.RETRYING, copy, "n", "b", **problem))
    assert stage(library) == ("retrying", "The model does not answer.")
    shipper.ship(started(copy.retried(retry=2), "c"), dead(copy.retried(retry=2), "c"))
    assert stage(library)[0] == "failed"


def test_it_is_settled_and_its_copy_is_the_journals_that_holds_it(shipper, database):
    past = TaskHistories(database).past(CLASSIFY.task_id, "job_p", 1, possible_duplicate=True)
    assert (past.ended, past.no_open_attempts, past.later_retry_exists, past.isolated_crashes) == (False, True, True, 0)


def test_a_job_that_waits_for_its_turn_is_not_stuck(shipper, database):
    assert AsJson(Diagnostics(database)).all(stuck_seconds=-30) == []
    assert [one["kind"] for one in AsJson(Diagnostics(database)).all(stuck_seconds=-60)] == ["stuck_job"]
