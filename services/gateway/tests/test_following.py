import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.events import EventKind, TaskEvent
from winnow_gateway.api import job_events
from winnow_gateway.clients import followed_jobs
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.dependencies import Dependencies

from .index_answers import JOB_ID, job_view
from .sounds import wav

PATH = f"/internal/v1/jobs/{JOB_ID}"
EVENTS = f"/v1/jobs/{JOB_ID}/events"


def heard(kind: EventKind, actor: str = "ai.transcribe_audio", **detail: Any) -> TaskEvent:
    return TaskEvent(
        kind=kind, tenant_id="default", job_id=JOB_ID, media_id="m", at_ms=1, node="n", actor=actor, detail=detail
    )


def read_events(answer: Any) -> Iterator[tuple[str, str, Any]]:
    """Yields id, name and data of each event as it arrives."""
    text = ""
    for piece in answer.response:
        text += piece.decode() if isinstance(piece, bytes) else piece
        while "\n\n" in text:
            block, text = text.split("\n\n", 1)
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "event" in fields:
                yield fields["id"], fields["event"], json.loads(fields["data"])


def test_a_finished_job_is_told_and_done_at_once(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = job_view("done")
    answer = client.get(EVENTS)
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith("retry: 3000\n\n")
    events = list(read_events(client.get(EVENTS)))
    assert [name for _, name, _ in events] == ["stage", "done"]
    assert events[0][0] < events[1][0]
    assert events[1][2]["status"] == "done"


def test_a_job_is_followed_to_its_end_with_rising_ids(client: FlaskClient, index: Any, parts: Dependencies) -> None:
    index.answers[PATH] = job_view()
    events = read_events(client.get(EVENTS, buffered=False))
    seen = [next(events)]
    assert seen[0][1] == "stage"
    parts.board.heard(heard(EventKind.PROGRESS, stage="transcribe", done=0.4))
    seen.append(next(events))
    assert (seen[1][1], seen[1][2]["stages"][2]["progress"]) == ("progress", 0.4)
    parts.board.heard(heard(EventKind.COMPLETED, duration_ms=900))
    seen.append(next(events))
    assert (seen[2][1], seen[2][2]["stages"][2]["status"]) == ("stage", "done")
    index.answers[PATH] = job_view("done")
    seen += list(events)
    assert seen[-1][1] == "done"
    ids = [event_id for event_id, _, _ in seen]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.timeout(60)
def test_the_first_event_comes_before_any_poll(
    client: FlaskClient, index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_events, "HEARTBEAT_SECONDS", 3600)
    monkeypatch.setattr(followed_jobs, "LEAST_SECONDS", 3600)
    index.answers[PATH] = job_view()
    answer = client.get(EVENTS, buffered=False)
    assert next(read_events(answer))[1] == "stage"
    answer.close()


def test_a_client_that_comes_back_gets_later_ids(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = job_view("done")
    last = f"{int(time.time() * 1000) + 60_000}-{'0' * 12}"
    events = list(read_events(client.get(EVENTS, headers={"Last-Event-ID": last})))
    assert all(event_id > last for event_id, _, _ in events)
    assert list(read_events(client.get(EVENTS, headers={"Last-Event-ID": "junk"})))


def test_a_quiet_stream_beats(client: FlaskClient, index: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_events, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(followed_jobs, "LEAST_SECONDS", 0.05)
    index.answers[PATH] = job_view()
    answer = client.get(EVENTS, buffered=False)
    pieces = iter(answer.response)
    found = [next(pieces) for _ in range(4)]
    answer.close()
    assert ": still here\n\n" in [p.decode() if isinstance(p, bytes) else p for p in found]


def test_a_stream_lives_through_an_outage_of_index(
    client: FlaskClient, index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed_jobs, "LEAST_SECONDS", 0.05)
    index.answers[PATH] = job_view()
    events = read_events(client.get(EVENTS, buffered=False))
    next(events)
    index.down = True

    def recover() -> None:
        index.answers[PATH] = job_view("done")
        index.down = False

    threading.Timer(0.3, recover).start()
    assert [name for _, name, _ in events] == ["stage", "done"]


def test_streams_are_capped_for_a_key_and_free_again_when_closed(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = job_view()
    held = [client.get(EVENTS, buffered=False) for _ in range(2)]
    refused = client.get(EVENTS)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate-limited")
    assert refused.headers["Retry-After"] == "5"
    held[0].close()
    again = client.get(EVENTS, buffered=False)
    assert again.status_code == 200
    for answer in (held[1], again):
        answer.close()


def test_streams_end_when_the_process_stops(client: FlaskClient, index: Any, parts: Dependencies) -> None:
    index.answers[PATH] = job_view()
    events = read_events(client.get(EVENTS, buffered=False))
    next(events)
    parts.board.stop()
    assert list(events) == []


def test_long_polling_answers_at_once_then_with_the_next_change(
    client: FlaskClient, index: Any, parts: Dependencies
) -> None:
    index.answers[PATH] = job_view()
    wanted = {"Accept": "application/json"}
    first = client.get(EVENTS, headers=wanted).get_json()
    assert (first["event"], first["job"]["status"]) == ("stage", "running")
    began = time.monotonic()
    threading.Timer(0.2, lambda: parts.board.heard(heard(EventKind.PROGRESS, done=0.7))).start()
    second = client.get(f"{EVENTS}?after={first['id']}", headers=wanted).get_json()
    assert 0.1 < time.monotonic() - began < 20
    assert second["job"]["stages"][2]["progress"] == 0.7
    assert second["id"] > first["id"]


def test_a_poll_without_change_ends_after_its_time(
    client: FlaskClient, index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_events, "LONGEST_POLL_SECONDS", 0.1)
    monkeypatch.setattr(followed_jobs, "LEAST_SECONDS", 0.02)
    index.answers[PATH] = job_view()
    wanted = {"Accept": "application/json"}
    first = client.get(EVENTS, headers=wanted).get_json()
    again = client.get(f"{EVENTS}?after={first['id']}", headers=wanted).get_json()
    assert again["job"] == first["job"]
    assert again["id"].split("-")[1] == first["id"].split("-")[1]


def test_events_of_no_job_and_in_no_form_are_problems(client: FlaskClient, index: Any) -> None:
    assert client.get(EVENTS).get_json()["code"] == "not-found"
    index.answers[PATH] = job_view()
    assert client.get(EVENTS, headers={"Accept": "image/png"}).get_json()["code"] == "not-acceptable"
    assert client.get(f"{EVENTS}?after=junk").get_json()["code"] == "invalid-field"


def test_what_was_heard_never_takes_a_stage_back(parts: Dependencies) -> None:
    parts.board.watch(JOB_ID)
    parts.board.heard(heard(EventKind.PROGRESS, actor="media.examine", done=0.1))
    view = parts.board.overlay(job_view())
    assert view["stages"][0]["status"] == "done"
    assert parts.board.overlay(job_view("done")) == job_view("done")


def test_a_job_is_shown_running_while_only_live_events_tell(client: FlaskClient, index: Any, parts: Any) -> None:
    body = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
    index.down = True
    assert client.get(f"/v1/jobs/{body['job_id']}").get_json()["status"] == "queued"
    event = heard(EventKind.STARTED, actor="media.examine", why="first")
    parts.board.heard(replace(event, job_id=body["job_id"]))
    job = client.get(f"/v1/jobs/{body['job_id']}").get_json()
    assert (job["status"], job["stages"][0]["status"]) == ("running", "running")


def test_the_jobs_of_a_followed_tenant_push_out_none_that_is_looked_at(parts: Dependencies) -> None:
    parts.board.watch(JOB_ID)
    parts.board.watch("default")
    parts.board.heard(heard(EventKind.PROGRESS, done=0.4))
    for n in range(2_001):
        parts.board.heard(replace(heard(EventKind.STARTED), job_id=f"job_{n}"))
    assert parts.board.overlay(job_view())["stages"][2]["progress"] == 0.4


def test_a_retry_leaves_the_judgement_to_index(parts: Dependencies) -> None:
    parts.board.watch(JOB_ID)
    parts.board.heard(heard(EventKind.STARTED))
    parts.board.heard(heard(EventKind.RETRYING))
    assert parts.board.overlay(job_view())["stages"][2] == job_view()["stages"][2]


def test_only_open_jobs_that_are_looked_at_are_announced_and_not_too_often() -> None:
    announced: list[str] = []
    board = LiveBoard(announced.append)
    for _ in range(3):
        board.overlay(job_view())
    board.overlay({**job_view("done"), "id": "job_done"})
    assert announced == [job_view()["id"]]


def test_a_job_that_is_looked_at_for_long_is_announced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    announced: list[str] = []
    board = LiveBoard(announced.append)
    began = time.monotonic()
    for seconds in (0, 10, 25, 50):
        monkeypatch.setattr(time, "monotonic", lambda at=began + seconds: at)
        board.version("job_1")
    assert announced == ["job_1"] * 3
