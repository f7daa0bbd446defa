"""Cancelling stops waiting work at once and running work within two seconds; paused lanes wait to be resumed."""

import time
from pathlib import Path

from winnow_harness.fixtures.drills import until

from .measuring import SOON_SECONDS, quickest, seconds_between


def test_a_job_that_waits_is_cancelled_at_once_and_never_runs(nodes):
    with nodes.paused("media"):
        job = nodes.drill()
        until(lambda: nodes.depths()["media"], "the job does not wait")
        nodes.cancel(job)
        assert until(lambda: nodes.jobs([job]).get(job), "index does not tell of the job")["status"] == "cancelled"
    after = nodes.drill()
    assert nodes.ended([after])[after]["status"] == "done"
    until(lambda: states(nodes, job).get("media.drill") == "cancelled", "the task did not end")
    assert nodes.executions(job) == []


def test_a_job_that_runs_ends_within_two_seconds(nodes):
    def stop():
        job = nodes.drill(steps=1, work_ms=60_000)
        until(lambda: nodes.executions(job), "the job did not start")
        nodes.cancel(job)
        until(lambda: states(nodes, job).get("media.drill") == "cancelled", "the task went on")
        assert nodes.ended([job])[job]["stored_times"] == 0
        cancelled_at = nodes.trace(job)["job"]["finished_at"]
        return seconds_between(cancelled_at, attempt(nodes, job, "cancelled")["ended_at"])

    assert quickest(stop) <= SOON_SECONDS


def test_a_second_cancel_is_refused(nodes):
    job = nodes.drill(steps=1, work_ms=60_000)
    nodes.cancel(job)
    status, problem = nodes.call("POST", f"/v1/jobs/{job}/cancel")
    assert (status, problem["code"]) == (409, "already-ended")


def test_a_running_ffmpeg_is_stopped_within_two_seconds(nodes, nodes_api, noise):
    long = noise(minutes=90)

    def stop():
        job = nodes_api.accept(long, "long.mkv")["job_id"]
        until(lambda: preparing(nodes, job) and ffmpegs(nodes), "ffmpeg does not run")
        nodes.cancel(job)
        cancelled = time.monotonic()
        until(lambda: not ffmpegs(nodes), "ffmpeg went on")
        took_seconds = time.monotonic() - cancelled
        assert nodes_api.wait(job)["status"] == "cancelled"
        return took_seconds

    assert quickest(stop) <= SOON_SECONDS


def test_a_call_that_hangs_is_given_up_within_two_seconds(nodes, nodes_api, clip):
    unheard = clip.with_name(clip.name.replace("0880", "0920"))  # an answer that another test left would spare the call

    def stop():
        with nodes.endpoint.hang():
            job = nodes_api.accept(unheard.read_bytes(), "hangs.wav")["job_id"]
            until(lambda: nodes.endpoint.hanging, "the endpoint was not called")
            given_up = nodes.endpoint.given_up
            nodes.cancel(job)
            cancelled = time.monotonic()
            until(lambda: nodes.endpoint.given_up > given_up, "the call went on")
            took_seconds = time.monotonic() - cancelled
        assert nodes_api.wait(job)["status"] == "cancelled"
        return took_seconds

    assert quickest(stop) <= SOON_SECONDS


def test_a_cancelled_job_can_be_tried_again(nodes):
    job = nodes.drill(steps=2, work_ms=4000)
    until(lambda: nodes.executions(job), "the job did not start")
    nodes.cancel(job)
    until(lambda: states(nodes, job).get("media.drill") == "cancelled", "the task did not end")
    status, answer = nodes.call("POST", f"/v1/jobs/{job}/retry", key=f"retry {job}")
    assert status == 202, answer
    until(lambda: nodes.jobs([job]).get(job, {}).get("run") == 2, "the next run did not begin")
    ended = nodes.ended([job])[job]
    assert (ended["status"], ended["stored_times"]) == ("done", 1)


def test_a_paused_lane_stays_paused_when_workers_die_and_when_the_stack_starts_again(nodes):
    with nodes.paused("media"):
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
    def stop():
        job = nodes.drill(steps=6, work_ms=2000)
        until(lambda: nodes.executions(job), "the job did not start")
        with nodes.paused("media") as paused_at:
            until(lambda: attempt(nodes, job, "interrupted"), "the task went on")
            before = nodes.executions(job)
            time.sleep(2)
            assert nodes.executions(job) == before
        assert nodes.ended([job])[job]["status"] == "done"
        task = next(task for task in nodes.trace(job)["tasks"] if task["actor"] == "media.drill")
        assert task["retry"] == 0
        return seconds_between(paused_at, attempt(nodes, job, "interrupted")["ended_at"])

    assert quickest(stop) <= SOON_SECONDS


def stay_queued(nodes, jobs):
    time.sleep(2)
    assert [nodes.executions(job) for job in jobs] == [[]] * len(jobs)


def states(nodes, job):
    return {task["actor"]: task["state"] for task in nodes.trace(job)["tasks"]}


def attempt(nodes, job, outcome):
    """The job's first attempt with that outcome, or None."""
    attempts = [one for task in nodes.trace(job)["tasks"] for one in task["attempts"]]
    return next((one for one in attempts if one["outcome"] == outcome), None)


def preparing(nodes, job):
    return "media.prepare_recording" in states(nodes, job)


def ffmpegs(nodes):
    """The ffmpeg processes under the media nodes."""
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
