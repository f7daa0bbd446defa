"""Wrong files end early, with a code and a sentence, and cost no AI call."""

import time
from datetime import datetime


def problem(answer):
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    return answer.json()


def test_an_empty_file_is_refused_at_upload(api):
    answer = api.upload(b"", "empty.mp4")
    assert answer.status == 422
    assert problem(answer)["code"] == "empty-file"


def test_a_text_named_mp4_is_refused_at_upload(api):
    answer = api.upload(b"This is a letter, not a film.\n" * 400, "letter.mp4")
    assert answer.status == 415
    assert problem(answer)["code"] == "unsupported-type"


def test_a_truncated_mp4_fails_within_two_seconds_and_nothing_is_queued_to_ai(api, video):
    whole = video.read_bytes()
    accepted = api.accept(whole[: len(whole) * 6 // 10], "cut-off.mp4")
    began = time.monotonic()
    job = api.wait(accepted["job_id"], 20)
    took_seconds = time.monotonic() - began
    assert job["status"] == "failed"
    assert job["error"]["code"] == "corrupt-media"
    assert "cut off" in job["error"]["detail"]
    assert job["error"]["hint"]
    assert {task["actor"] for task in api.trace(accepted["job_id"])["tasks"]} == {"media.examine"}
    created, ended = (job[name] for name in ("created_at", "finished_at"))
    assert seconds_between(created, ended) <= 2.0, (took_seconds, job)


def seconds_between(first, second):
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()
