"""Wrong files are refused early, with a code and a sentence, and cost no AI call."""

from winnow_harness.fixtures.drills import until

from .measuring import SOON_SECONDS, quickest, seconds_between


def problem(answer):
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    return answer.json()


def refused(api, data, filename):
    """Returns the answer to an upload. A gateway process just started answers 503 until it knows the API keys."""

    def ask():
        answer = api.upload(data, filename)
        return answer if answer.status != 503 else None

    return until(ask, "the gateway does not know the API keys")


def test_an_empty_file_is_refused_at_upload(api):
    answer = refused(api, b"", "empty.mp4")
    assert answer.status == 422
    assert problem(answer)["code"] == "empty-file"


def test_a_text_named_mp4_is_refused_at_upload(api):
    answer = refused(api, b"This is a letter, not a film.\n" * 400, "letter.mp4")
    assert answer.status == 415
    assert problem(answer)["code"] == "unsupported-type"


def test_a_truncated_mp4_fails_within_two_seconds_and_nothing_is_queued_to_ai(api, video):
    whole = video.read_bytes()

    def refuse():
        accepted = api.accept(whole[: len(whole) * 6 // 10], "cut-off.mp4")
        job = api.wait(accepted["job_id"])
        assert job["status"] == "failed"
        assert job["error"]["code"] == "corrupt-media"
        assert "cut off" in job["error"]["detail"]
        assert job["error"]["hint"]
        assert {task["actor"] for task in api.trace(accepted["job_id"])["tasks"]} == {"media.examine"}
        until(lambda: accepted_event(api, job["id"]), "the history does not tell when it was accepted")
        job = api.job(job["id"])
        return seconds_between(job["created_at"], job["finished_at"])

    assert quickest(refuse, tries=5) <= SOON_SECONDS


def accepted_event(api, job_id):
    return [event for event in api.trace(job_id)["events"] if event["kind"] == "accepted"]
