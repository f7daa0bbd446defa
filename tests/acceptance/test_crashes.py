"""A job whose worker is killed midway still ends correctly, and no finished step runs again."""

import time
from collections import Counter

import pytest


@pytest.mark.parametrize(
    ("part", "actor"),
    [
        ("media-examine", "media.examine"),
        ("media", "media.prepare_recording"),
        ("ai", "ai.transcribe_audio"),
        ("index", "index.store_recording"),
    ],
)
def test_a_killed_worker_costs_nothing_that_was_finished(api, stack, video, part, actor):
    accepted = api.accept(video.read_bytes(), f"killed-{part}.mp4")
    wait_for_start(api, accepted["job_id"], actor)
    stack.kill_part(part)
    job = api.wait(accepted["job_id"])
    assert job["status"] == "done", job
    steps = [
        (task["actor"], step["name"])
        for task in api.settled_trace(accepted["job_id"])["tasks"]
        for step in task["steps"]
        if not step["reused"]
    ]
    assert steps
    assert [step for step, times in Counter(steps).items() if times > 1] == []


def wait_for_start(api, job_id, actor):
    """Returns as soon as the actor's task has started; a short one may have ended by then."""
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        if any(task["actor"] == actor and task["attempts"] for task in api.trace(job_id)["tasks"]):
            return
        time.sleep(0.02)
    raise AssertionError(f"{actor} did not start within 200 s")
