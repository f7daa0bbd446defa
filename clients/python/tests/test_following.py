"""Waiting for a job: by events, across broken streams, and by asking where events do not come through."""

from pathlib import Path

import pytest

from winnow_client import Client, JobFailed, NotFound, TimedOut, following
from winnow_client.generated.models import Media, Stage

from .conftest import ACCEPTED, Script, blank, gives, hangs_up, job, problem, streams

PROBLEM = {
    "type": "https://winnow.invalid/problems/corrupt-media",
    "title": "No.",
    "status": 422,
    "detail": "The file is damaged.",
    "instance": "/v1/jobs/job_1",
    "code": "corrupt-media",
    "retryable": False,
    "hint": "Upload the original again.",
}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_BETWEEN_LOOKS_SECONDS", 0.0)


@pytest.fixture
def client(script: Script) -> Client:
    return Client(script.url, "secret")


def stage(status: str) -> dict[str, object]:
    return blank(Stage, name="check", status=status)


def test_each_change_is_told_once_and_the_last_is_returned(script: Script, client: Client) -> None:
    running = job("running", stages=[stage("running")])
    script.answers = [
        streams(
            ("1-a", "stage", job("queued")),
            ("2-b", "stage", running),
            ("3-c", "stage", job("done")),
            ("4-c", "done", job("done")),
        )
    ]
    told: list[str] = []
    ended = client.jobs.wait("job_1", lambda seen: told.append(seen.status))
    assert (ended.status, told) == ("done", ["queued", "running", "done"])
    [asked] = script.asked
    assert (asked.path, asked.headers["accept"]) == ("/v1/jobs/job_1/events", "text/event-stream")
    assert "last-event-id" not in asked.headers


def test_a_broken_stream_is_taken_up_again_where_it_broke(script: Script, client: Client) -> None:
    script.answers = [
        streams(("1-a", "stage", job("queued"))),
        gives(200, job("running")),
        hangs_up,
        problem(503, "unavailable"),
        streams(("2-b", "stage", job("running")), ("3-c", "done", job("done"))),
    ]
    told: list[str] = []
    assert client.jobs.wait("job_1", lambda seen: told.append(seen.status)).status == "done"
    assert told == ["queued", "running", "done"]
    assert [asked.headers.get("last-event-id") for asked in script.asked if "events" in asked.path] == [
        None,
        "1-a",
        "1-a",
    ]


def test_where_no_stream_brings_anything_the_job_is_asked_for(script: Script, client: Client) -> None:
    refused, look = problem(429, "rate-limited"), gives(200, job("running"))
    script.answers = [refused, look, refused, look, refused, look, look, look, gives(200, job("done"))]
    assert client.jobs.wait("job_1").status == "done"
    assert sum("events" in asked.path for asked in script.asked) == 3
    assert script.asked[-1].path == "/v1/jobs/job_1"


def test_a_gateway_that_was_away_for_long_is_followed_by_events_again(script: Script, client: Client) -> None:
    away = [problem(503, "unavailable"), problem(503, "unavailable")] * 5
    script.answers = [*away, streams(("1-a", "done", job("done")))]
    assert client.jobs.wait("job_1").status == "done"
    assert sum("events" in asked.path for asked in script.asked) == 6


def test_a_failed_job_is_an_error_with_the_jobs_own_problem(script: Script, client: Client) -> None:
    script.answers = [streams(("1-a", "done", job("failed", error=PROBLEM)))]
    with pytest.raises(JobFailed, match="damaged") as failed:
        client.jobs.wait("job_1")
    assert (failed.value.code, failed.value.hint) == ("corrupt-media", "Upload the original again.")
    script.answers = [streams(("1-a", "done", job("cancelled")))]
    with pytest.raises(JobFailed, match="ended as cancelled"):
        client.jobs.wait("job_1")


def test_a_job_that_nobody_knows_is_not_waited_for(script: Script, client: Client) -> None:
    script.answers = [problem(404, "not-found", "There is no such job.")]
    with pytest.raises(NotFound, match="no such job"):
        client.jobs.wait("job_1")
    assert len(script.asked) == 1


def test_waiting_ends_at_its_limit(script: Script, client: Client) -> None:
    script.answers = [gives(200, job("running"))]
    with pytest.raises(TimedOut, match="has not ended"):
        client.jobs.wait("job_1", limit_seconds=0.001)


def test_an_accepted_upload_waits_for_its_recording(script: Script, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(b"x")
    script.answers = [
        gives(202, ACCEPTED),
        streams(("1-a", "done", job("done"))),
        gives(200, blank(Media, id="med_1", added_by_a_later_version=1)),
    ]
    assert client.media.upload(file).wait().id == "med_1"
    assert script.asked[-1].path == "/v1/media/med_1"
