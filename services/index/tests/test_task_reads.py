"""Operators find tasks by any filter, however many there are, and read all that is known of one."""

import pytest

from winnow_contracts.commands import DrillAi, DrillMedia, ReplayTask
from winnow_contracts.errors import BadInput, NotFound
from winnow_contracts.events import EventKind
from winnow_contracts.index_api.tasks import TaskCount, TaskFilters
from winnow_contracts.states import Outcome, TaskState
from winnow_index.history.dead_tasks import DeadTasks, Replays
from winnow_index.history.event_store import EventStore
from winnow_index.history.task_reads import TaskReads
from winnow_index.testing import PROBLEM, EventSender, completed, dead, enqueued, envelope, started
from winnow_journal.event_factory import end_event, enqueued_event, new_event
from winnow_journal.values import AttemptResult

MEDIA, AI = envelope(DrillMedia, "a"), envelope(DrillAi, "a")


@pytest.fixture
def sender(database):
    return EventSender(EventStore(database))


@pytest.fixture
def tasks(database):
    return TaskReads(database)


def at(event_ms, about, node="n"):
    return new_event(EventKind.ENQUEUED, about, node, origin="", at_ms=event_ms)


def found(tasks, limit=100, **wanted):
    """The ids that a list has; a count, a statement of its own with the same filters, must count as many."""
    ids = [one.task_id for one in tasks.page(TaskFilters(**wanted), limit=limit, cursor=None).items]
    assert tasks.count(TaskFilters(**wanted)).tasks == len(ids)
    return ids


def test_pages_hold_every_task_once_newest_first(sender, tasks):
    abouts = [envelope(DrillMedia, str(n)) for n in range(7)]
    sender.ship(*(at(100 + n // 2, about) for n, about in enumerate(abouts)))  # some at the same moment
    seen, cursor = [], None
    while True:
        page = tasks.page(TaskFilters(), limit=2, cursor=cursor)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(one.task_id for one in seen) == sorted(about.task_id for about in abouts)
    times = [one.enqueued_at for one in seen]
    assert times == sorted(times, reverse=True)


def test_each_filter_leaves_what_matches_it(sender, tasks):
    other = envelope(DrillAi, "b")
    sender.ship(at(100, MEDIA), started(MEDIA, "x", "m-1"), dead(MEDIA, "x", "m-1"))
    sender.ship(at(200, AI), started(AI, "y", "ai-1"), completed(AI, "y", "ai-1"), at(300, other))
    assert found(tasks, state="dead") == [MEDIA.task_id]
    assert found(tasks, state="pending") == [other.task_id]
    assert found(tasks, actor=DrillAi.ACTOR) == [other.task_id, AI.task_id]
    assert found(tasks, queue=MEDIA.queue) == [MEDIA.task_id]
    assert found(tasks, node="ai-1") == [AI.task_id]
    assert found(tasks, tenant_id="drill", state="completed") == [AI.task_id]
    assert found(tasks, tenant_id="nobody") == []
    assert found(tasks, since_ms=200) == [other.task_id, AI.task_id]
    assert found(tasks, until_ms=200) == [MEDIA.task_id]


def test_a_text_is_a_part_of_the_last_error_or_an_id(sender, tasks):
    sender.ship(at(100, MEDIA), started(MEDIA, "x"), dead(MEDIA, "x"), at(200, AI))
    assert found(tasks, text="it BROKE") == [MEDIA.task_id]
    assert found(tasks, text="100%") == []
    assert found(tasks, text=AI.task_id) == [AI.task_id]
    assert found(tasks, text="job_a") == found(tasks, text="med_a") == [AI.task_id, MEDIA.task_id]
    assert found(tasks, text="job_a", state="dead") == [MEDIA.task_id]
    assert found(tasks, text="job_none") == []


def test_a_page_looks_at_a_bounded_number_of_tasks_and_the_next_goes_on_there(sender, database):
    abouts = [envelope(DrillMedia, str(n)) for n in range(5)]
    sender.ship(at(1, AI), *(at(100 + n, about) for n, about in enumerate(abouts)))
    tasks = TaskReads(database, looked_at=3)
    wanted = TaskFilters(actor=DrillAi.ACTOR)
    page = tasks.page(wanted, limit=10, cursor=None)
    assert (page.items, page.looked_until) == ((), "1970-01-01T00:00:00.102Z")
    page = tasks.page(wanted, limit=10, cursor=page.next_cursor)
    assert [one.task_id for one in page.items] == [AI.task_id]
    assert tasks.page(wanted, limit=10, cursor=page.next_cursor).next_cursor is None


def test_a_cursor_of_other_filters_is_refused(sender, tasks):
    sender.ship(at(1, MEDIA), at(2, AI))
    cursor = tasks.page(TaskFilters(), limit=1, cursor=None).next_cursor
    with pytest.raises(BadInput) as refusal:
        tasks.page(TaskFilters(state="dead"), limit=1, cursor=cursor)
    assert refusal.value.code == "invalid-cursor"


def test_dead_tasks_that_were_discarded_or_left_behind_are_handled(sender, database, tasks):
    abouts = [envelope(DrillMedia, name) for name in ("waits", "discarded", "replayed")]
    waits, discarded, replayed = abouts
    for about in abouts:
        sender.ship(started(about, about.task_id), dead(about, about.task_id))
    DeadTasks(database).discard(discarded.task_id, "me")
    again = {"tenant_id": "drill", "job_id": "job_replayed", "media_id": "med_replayed"}
    Replays(database).begin(ReplayTask(**again, task_id=replayed.task_id, expected_run=1), "r")
    assert found(tasks, state="dead", unhandled=True) == [waits.task_id]
    assert len(found(tasks, state="dead")) == 3


def test_a_count_is_of_what_the_list_has_and_says_where_it_stopped(sender, tasks, monkeypatch):
    sender.ship(at(100, MEDIA), started(MEDIA, "x"), dead(MEDIA, "x"), at(200, AI), at(300, envelope(DrillAi, "b")))
    assert tasks.count(TaskFilters()) == TaskCount(tasks=3, jobs=2, more=False)
    assert tasks.count(TaskFilters(state="dead", unhandled=True)) == TaskCount(tasks=1, jobs=1, more=False)
    assert tasks.count(TaskFilters(text="it broke")).tasks == 1
    assert tasks.count(TaskFilters(node="none")).tasks == 0
    monkeypatch.setattr("winnow_index.history.task_reads.COUNTED", 2)
    assert tasks.count(TaskFilters()) == TaskCount(tasks=2, jobs=2, more=True)


def test_one_task_tells_its_attempts_steps_events_and_whom_it_sent(sender, tasks):
    step = new_event(EventKind.STEP_DONE, MEDIA, "n", "x", step="one", duration_ms=7, reused=False)
    sender.ship(at(100, MEDIA), started(MEDIA, "x"), step, enqueued(AI, MEDIA.task_id), completed(MEDIA, "x"))
    one = tasks.one(MEDIA.task_id)
    assert (one.state, one.attempts, one.attempts_made[0].why) == ("completed", 1, "first")
    assert [(done.name, done.duration_ms) for done in one.steps] == [("one", 7)]
    assert [event.kind for event in one.events] == ["enqueued", "started", "step_done", "completed"]
    assert (one.sent, one.origin) == ((AI.task_id,), "")
    assert tasks.one(AI.task_id).origin == MEDIA.task_id
    assert one.wait_ms > 0


def test_a_task_of_which_only_the_ends_are_told_began_as_long_before_as_it_took(sender, tasks):
    ends = (
        new_event(EventKind.RETRYING, MEDIA, "n", "x", at_ms=1_000, outcome="failed", duration_ms=300, problem=PROBLEM),
        new_event(
            EventKind.COMPLETED, MEDIA.retried(retry=1), "n", "y", at_ms=3_000, outcome="completed", duration_ms=50
        ),
    )
    sender.ship(at(500, MEDIA), *ends)
    one = tasks.one(MEDIA.task_id)
    assert (one.state, one.attempts, one.wait_ms, one.run_ms) == ("completed", 2, 200, 2_300)
    made = [
        (attempt.started_at[-5:], attempt.ended_at[-5:], attempt.outcome, attempt.why) for attempt in one.attempts_made
    ]
    assert made == [(".700Z", ".000Z", "failed", None), (".950Z", ".000Z", "completed", None)]


def test_an_end_without_a_run_tells_of_no_beginning(sender, tasks):
    sender.ship(new_event(EventKind.CANCELLED, MEDIA, "n", duration_ms=0, outcome="cancelled", command=MEDIA.payload()))
    assert (tasks.one(MEDIA.task_id).attempts, tasks.one(MEDIA.task_id).started_at) == (0, None)


def test_the_arguments_of_an_open_and_of_a_dead_task_are_shown_and_no_others(sender, tasks):
    sender.ship(enqueued_event(MEDIA, "n", ""), enqueued_event(AI, "n", ""))
    assert tasks.one(MEDIA.task_id).arguments["job_id"] == "job_a"
    sender.ship(started(MEDIA, "x"), dead(MEDIA, "x"), started(AI, "y"), completed(AI, "y"))
    assert tasks.one(MEDIA.task_id).arguments["media_id"] == "med_a"
    assert tasks.one(MEDIA.task_id).replayable
    assert tasks.one(AI.task_id).arguments is None


def test_a_completed_task_tells_its_result_and_one_that_failed_the_trace_of_its_last_error(sender, tasks):
    waits = AttemptResult(
        state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, error=PROBLEM, trace="Traceback Bearer abcdefghijkl"
    )
    sender.ship(enqueued(MEDIA), started(MEDIA, "x"), end_event(MEDIA, waits, "n", "x"))
    assert tasks.one(MEDIA.task_id).trace == "Traceback Bearer [redacted]"
    assert tasks.one(MEDIA.task_id).result is None
    sender.ship(started(MEDIA, "y"), completed(MEDIA, "y", result={"pieces": 3, "api_key": "hunter2"}))
    one = tasks.one(MEDIA.task_id)
    assert (one.result, one.trace) == ({"pieces": 3, "api_key": "[redacted]"}, "")
    assert [attempt.error is not None for attempt in one.attempts_made] == [True, False]
    sender.ship(started(AI, "z"), dead(AI, "z"))
    assert (tasks.one(AI.task_id).trace, tasks.one(AI.task_id).result) == ("Traceback", None)


def test_a_task_that_nobody_told_of_is_not_found(tasks):
    with pytest.raises(NotFound):
        tasks.one(MEDIA.task_id)
