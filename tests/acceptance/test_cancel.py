"""People stop work: what waits at once, what runs within two seconds; and hold lanes until they say go on."""

import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from winnow_local.testing_drills import until

pytestmark = pytest.mark.timeout(240)

SOON_SECONDS = 2.0


def test_a_job_that_waits_is_cancelled_at_once_and_never_runs(nodes):
    with paused(nodes, "media"):
        job = nodes.drill()
        until(lambda: nodes.depths()["media"], "the job does not wait")
        nodes.cancel(job)
        assert nodes.jobs([job])[job]["status"] == "cancelled"
    after = nodes.drill()
    assert nodes.ended([after])[after]["status"] == "done"
    until(lambda: states(nodes, job).get("media.drill") == "cancelled", "the task did not end")
    assert nodes.executions(job) == []


def test_a_job_that_runs_ends_within_two_seconds(nodes):
    job = nodes.drill(steps=1, work_ms=60_000)
    until(lambda: nodes.executions(job), "the job did not start")
    nodes.cancel(job)
    until(lambda: states(nodes, job).get("media.drill") == "cancelled", "the task went on", SOON_SECONDS)
    assert nodes.ended([job])[job]["stored_times"] == 0


def test_a_second_cancel_is_refused(nodes):
    job = nodes.drill(steps=1, work_ms=60_000)
    nodes.cancel(job)
    status, problem = nodes.call("POST", f"/v1/jobs/{job}/cancel")
    assert (status, problem["code"]) == (409, "already-ended")


def test_a_running_ffmpeg_is_stopped_within_two_seconds(nodes, nodes_api, noise):
    accepted = nodes_api.accept(noise(minutes=90), "long.mkv")
    until(lambda: preparing(nodes, accepted["job_id"]) and ffmpegs(nodes), "ffmpeg does not run", 60)
    nodes.cancel(accepted["job_id"])
    until(lambda: not ffmpegs(nodes), "ffmpeg went on", SOON_SECONDS)
    assert nodes_api.wait(accepted["job_id"])["status"] == "cancelled"


def test_a_call_that_hangs_is_given_up_within_two_seconds(nodes, nodes_api, clip):
    with nodes.endpoint.hang():
        accepted = nodes_api.accept(clip.read_bytes(), "hangs.wav")
        until(lambda: nodes.endpoint.hanging, "the endpoint was not called")
        given_up = nodes.endpoint.given_up
        nodes.cancel(accepted["job_id"])
        until(lambda: nodes.endpoint.given_up > given_up, "the call went on", SOON_SECONDS)
    assert nodes_api.wait(accepted["job_id"])["status"] == "cancelled"


def test_a_cancelled_job_can_be_tried_again(nodes):
    job = nodes.drill(steps=2, work_ms=500)
    until(lambda: nodes.executions(job), "the job did not start")
    nodes.cancel(job)
    until(lambda: states(nodes, job).get("media.drill") == "cancelled", "the task did not end")
    status, answer = nodes.call("POST", f"/v1/jobs/{job}/retry", key=f"retry {job}")
    assert status == 202, answer
    until(lambda: nodes.jobs([job])[job]["run"] == 2, "the next run did not begin")
    ended = nodes.ended([job])[job]
    assert (ended["status"], ended["stored_times"]) == ("done", 1)


def test_a_paused_lane_stays_paused_when_workers_die_and_when_the_stack_starts_again(nodes):
    with paused(nodes, "media"):
        jobs = [nodes.drill() for _ in range(3)]
        for part in ("media", "media-2"):
            nodes.kill_part(part)
        for part in ("media", "media-2"):
            nodes.wait_part(part)
        stay_queued(nodes, jobs)
        nodes.restart()
        stay_queued(nodes, jobs)
    assert {job["status"] for job in nodes.ended(jobs).values()} == {"done"}


def test_pausing_a_lane_takes_running_work_back_without_cost(nodes):
    job = nodes.drill(steps=6, work_ms=400)
    until(lambda: nodes.executions(job), "the job did not start")
    with paused(nodes, "media"):
        until(lambda: "interrupted" in outcomes(nodes, job), "the task went on", SOON_SECONDS)
        stay_queued(nodes, [])
    assert nodes.ended([job])[job]["status"] == "done"
    task = next(task for task in nodes.trace(job)["tasks"] if task["actor"] == "media.drill")
    assert task["retry"] == 0


@contextmanager
def paused(nodes, lane):
    """The lane is paused within the block, and every node has heard of it."""
    status, answer = nodes.call("PUT", f"/v1/ops/queues/{lane}/pause")
    assert status == 200, answer
    try:
        until(lambda: not consumers(nodes, lane), f"somebody consumes {lane}", 5)
        yield
    finally:
        status, answer = nodes.call("DELETE", f"/v1/ops/queues/{lane}/pause")
        assert status == 200, answer


def consumers(nodes, lane):
    status, answer = nodes.call("GET", "/v1/ops/queues")
    assert status == 200, answer
    return next(item["consumers"] for item in answer["items"] if item["lane"] == lane)


def stay_queued(nodes, jobs):
    time.sleep(2)
    assert [nodes.executions(job) for job in jobs] == [[]] * len(jobs)


def states(nodes, job):
    return {task["actor"]: task["state"] for task in nodes.trace(job)["tasks"]}


def outcomes(nodes, job):
    return [one["outcome"] for task in nodes.trace(job)["tasks"] for one in task["attempts"]]


def preparing(nodes, job):
    return "media.prepare_recording" in states(nodes, job)


def ffmpegs(nodes):
    """Processes under the media nodes that are ffmpeg."""
    below = [pid for part in ("media", "media-2") for pid in descendants(nodes.pid(part))]
    return [pid for pid in below if name_of(pid) == "ffmpeg"]


def descendants(pid):
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        found = [int(word) for task in tasks for word in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*found, *(below for child in found for below in descendants(child))]


def name_of(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
