"""What the bench of fairness takes from histories, and that it runs on the real stack."""

import pytest

from winnow_bench.fairness.command import ALONE, BESIDE, measure
from winnow_bench.fairness.figures import JobTimes, job_times, singles, table


def event(kind, task, at_ms, actor="media.examine"):
    return {"kind": kind, "task_id": task, "at_ms": at_ms, "actor": actor}


HISTORY = [
    event("accepted", "", 990),
    event("enqueued", "a", 1_000),
    event("started", "a", 1_250),
    event("started", "a", 9_000),
    event("enqueued", "b", 2_000, "index.store_recording"),
    event("started", "b", 3_500, "index.store_recording"),
    event("completed", "b", 4_000, "index.store_recording"),
    event("enqueued", "never begun", 4_000),
]


def test_a_job_starts_with_its_first_task_and_waits_as_long_as_the_task_that_waited_longest():
    assert job_times(HISTORY, 1_000) == JobTimes(start=0.25, longest_wait=1.5, whole=3.0)


@pytest.mark.parametrize("told", [[], HISTORY[:4], [one for one in HISTORY if one["kind"] == "completed"]])
def test_a_job_whose_end_is_not_told_of_has_no_times_yet(told):
    assert job_times(told, 1_000) is None


def test_a_turn_tells_the_half_and_the_most():
    turn = singles([JobTimes(start=start, longest_wait=2 * start, whole=3.0) for start in (0.1, 0.2, 0.9)])
    assert (turn.jobs, turn.start_seconds.p50, turn.start_seconds.most) == (3, 0.2, 0.9)
    assert turn.longest_wait_seconds.most == 1.8
    assert "0.20    0.90" in table({"alone": turn})


@pytest.mark.real
@pytest.mark.timeout(300)
def test_single_jobs_are_measured_beside_many_of_another_tenant(tmp_path):
    found, left = measure(tmp_path, jobs=400, count=1, progress=lambda doing: None)
    assert list(found) == [ALONE, BESIDE]
    assert [one.jobs for one in found.values()] == [1, 1]
    assert left > 0
