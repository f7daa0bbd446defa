"""All jobs of an account as one stream: what index tells is never missed, and nobody else's is told."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.index_api.job_changes import JobChange
from winnow_gateway.api import job_events
from winnow_gateway.app import create_app
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings
from winnow_notices import followed_account, followed_accounts, live_changes

from .change_answers import ROUTE, KeptChanges
from .index_answers import JOB_ID, MEDIA_ID

PATH = "/v1/events"


@pytest.fixture
def changes(index: Any, monkeypatch: pytest.MonkeyPatch) -> KeptChanges:
    monkeypatch.setattr(followed_accounts, "LEAST_SECONDS", 0.05)
    kept = KeptChanges()
    index.answers[ROUTE] = kept
    return kept


def told(answer: Any) -> Iterator[dict[str, Any]]:
    """Each event as it arrives; those that index tells with their id, in the stream and in the event alike."""
    text = ""
    for piece in answer.response:
        text += piece.decode() if isinstance(piece, bytes) else piece
        while "\n\n" in text:
            block, text = text.split("\n\n", 1)
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "event" in fields:
                event = json.loads(fields["data"])
                assert (event["event"], event["id"]) == (fields["event"], fields.get("id"))
                yield event


def live(kind: EventKind, actor: str = "ai.transcribe_audio", tenant_id: str = "default", **detail: Any) -> TaskEvent:
    return TaskEvent(
        kind=kind, tenant_id=tenant_id, job_id=JOB_ID, media_id=MEDIA_ID, at_ms=1, node="n", actor=actor, detail=detail
    )


def test_changes_are_told_as_they_happen_and_others_never(client: FlaskClient, changes: KeptChanges) -> None:
    changes.add("done")
    answer = client.get(PATH, buffered=False)
    assert (answer.mimetype, answer.headers["X-Accel-Buffering"]) == ("text/event-stream", "no")
    events = told(answer)
    assert next(events)["event"] == "live"  # what was before is not told
    changes.add("running", tenant_id="other")
    last = changes.add("running", stage="check")
    first = next(events)
    assert (first["event"], first["id"], first["status"], first["stage"]) == ("status", last, "running", "check")
    assert (first["job_id"], first["media_id"], first["run"]) == (JOB_ID, MEDIA_ID, 1)
    changes.add("failed")
    assert next(events)["status"] == "failed"
    answer.close()
    assert {one["tenant_id"] for one in changes.asked} == {"default"}


def test_who_comes_back_is_told_what_it_missed_page_by_page(client: FlaskClient, changes: KeptChanges) -> None:
    changes.page = 2
    seen = changes.add("queued")
    missed = [changes.add(status) for status in ("running", "failed", "queued", "running", "done")]
    answer = client.get(PATH, headers={"Last-Event-ID": seen}, buffered=False)
    events = told(answer)
    assert [next(events)["id"] for _ in missed] == missed
    assert next(events)["event"] == "live"
    answer.close()
    assert [one["after"] for one in changes.asked].count(seen) == 1
    # A browser comes back to the address at which it began.
    answer = client.get(f"{PATH}?after={seen}", headers={"Last-Event-ID": missed[-2]}, buffered=False)
    assert next(told(answer))["id"] == missed[-1]
    answer.close()


def test_what_is_too_old_or_no_id_is_reset(client: FlaskClient, changes: KeptChanges) -> None:
    old = changes.add("queued")
    changes.add("done")
    changes.forgotten = 11
    for last in (old, "1-abc"):
        answer = client.get(PATH, headers={"Last-Event-ID": last}, buffered=False)
        events = told(answer)
        reset = next(events)
        assert (reset["event"], reset["job_id"]) == ("reset", None)
        assert next(events)["event"] == "live"
        new = changes.add("queued")
        assert next(events)["id"] == new
        answer.close()


def test_stages_and_tenths_of_progress_are_told_live(
    client: FlaskClient, changes: KeptChanges, parts: Dependencies
) -> None:
    answer = client.get(PATH, buffered=False)
    events = told(answer)
    next(events)
    for event in (
        live(EventKind.STARTED, tenant_id="other"),
        live(EventKind.STARTED),
        live(EventKind.STARTED),
        live(EventKind.PROGRESS, done=0.31),
        live(EventKind.PROGRESS, done=0.38),
        live(EventKind.PROGRESS, done=0.4),
        live(EventKind.STARTED, "ai.embed_transcript"),
    ):
        parts.board.heard(event)
    seen = [next(events) for _ in range(4)]
    assert [(one["event"], one["stage"], one["progress"]) for one in seen] == [
        ("stage", "transcribe", None),
        ("progress", "transcribe", 0.31),
        ("progress", "transcribe", 0.4),
        ("stage", "understand", None),
    ]
    assert {one["id"] for one in seen} == {None}
    changes.add("done")
    assert next(events)["status"] == "done"
    parts.board.heard(live(EventKind.PROGRESS, "ai.embed_transcript", done=0.9))  # heard late
    changes.add("queued")
    assert next(events)["status"] == "queued"
    answer.close()


def test_the_tenant_is_announced_to_the_nodes(
    settings: GatewaySettings, parts: Dependencies, key: api_keys.ApiKey, changes: KeptChanges
) -> None:
    announced: list[str] = []
    client = create_app(settings, replace(parts, board=LiveBoard(announced.append))).test_client()
    answer = client.get(PATH, headers={"Authorization": f"Bearer {key.text()}"}, buffered=False)
    assert next(told(answer))["event"] == "live"
    answer.close()
    assert announced == ["default"]


def test_one_status_alone_may_be_asked_for(client: FlaskClient, changes: KeptChanges) -> None:
    since = changes.add("queued")
    changes.add("running")
    done = changes.add("done")
    answer = client.get(f"{PATH}?status=done", headers={"Last-Event-ID": since}, buffered=False)
    events = told(answer)
    assert next(events)["id"] == done
    assert client.get(f"{PATH}?status=lost").status_code == 422
    answer.close()


def test_as_json_it_is_what_happened_since(client: FlaskClient, changes: KeptChanges) -> None:
    wanted = {"Accept": "application/json"}
    begun = client.get(PATH, headers=wanted).get_json()
    assert (begun["items"], begun["reset"], begun["more"]) == ([], False, False)
    changes.add("running")
    found = client.get(f"{PATH}?after={begun['position']}", headers=wanted).get_json()
    assert [one["status"] for one in found["items"]] == ["running"]
    assert client.get(f"{PATH}?after={found['position']}", headers=wanted).get_json()["items"] == []
    assert client.get(PATH, headers={"Accept": "image/png"}).get_json()["code"] == "not-acceptable"


def test_one_reader_serves_all_who_follow_an_account(parts: Dependencies, changes: KeptChanges) -> None:
    accounts = followed_accounts.FollowedAccounts(parts.index, parts.board)
    begun = accounts.read("default", None).position

    async def follow() -> list[list[str]]:
        async with accounts.following("default", begun) as one, accounts.following("default", begun) as two:
            assert one is two
            changes.add("running")
            while not one.number:
                await one.after(0, 5)
            return [[event["status"] for event in each.since(0) or ()] for each in (one, two)]

    assert asyncio.run(follow()) == [["running"], ["running"]]


def test_a_quiet_stream_beats_and_ends_after_its_time(
    client: FlaskClient, changes: KeptChanges, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_events, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(job_events, "LONGEST_STREAM_SECONDS", 0.5)
    text = client.get(PATH).text
    assert text.startswith("retry: 3000\n\n")
    assert ": still here\n\n" in text


def test_it_lives_through_an_outage_of_index(client: FlaskClient, index: Any, changes: KeptChanges) -> None:
    answer = client.get(PATH, buffered=False)
    events = told(answer)
    next(events)
    index.down = True
    changes.add("running")

    def recover() -> None:
        index.down = False

    threading.Timer(0.5, recover).start()
    assert next(events)["status"] == "running"
    answer.close()
    index.down = True
    assert client.get(PATH).get_json()["code"] == "unavailable"


def test_a_bug_while_reading_is_logged_and_the_reader_goes_on(
    client: FlaskClient, changes: KeptChanges, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get(PATH, buffered=False)
    events = told(answer)
    next(events)
    bugs = [ValueError("a bug")]

    def show(change: JobChange) -> dict[str, Any]:
        if bugs:
            raise bugs.pop()
        return live_changes.status_event(change)

    monkeypatch.setattr(followed_account, "status_event", show)
    changes.add("running")
    assert next(events)["status"] == "running"
    answer.close()
    assert [one.exc_text for one in caplog.records if "a bug" in (one.exc_text or "")]


def test_it_takes_a_place_of_its_key_and_ends_with_the_process(
    client: FlaskClient, changes: KeptChanges, parts: Dependencies
) -> None:
    held = [client.get(PATH, buffered=False) for _ in range(2)]
    assert client.get(PATH).get_json()["code"] == "rate-limited"
    held[0].close()
    again = client.get(PATH, buffered=False)
    events = told(again)
    assert next(events)["event"] == "live"
    parts.board.stop()
    assert list(events) == []
    held[1].close()


def test_a_slow_follower_reads_from_index_what_is_kept_here_no_more(
    client: FlaskClient, changes: KeptChanges, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed_account, "_KEPT", 3)
    answer = client.get(PATH, buffered=False)
    events = told(answer)
    next(events)
    changes.page = 4
    wanted = [changes.add("running") for _ in range(20)]
    seen: list[str] = []
    while len(seen) < len(wanted):
        event = next(events)
        if event["event"] == "status":
            seen.append(event["id"])
    assert seen == wanted
    answer.close()


def test_a_key_of_another_account_is_told_its_own(
    client: FlaskClient, changes: KeptChanges, key: api_keys.ApiKey, give_keys: Callable[..., None]
) -> None:
    give_keys((key, "other", ["read"], False))
    since = changes.add("queued", tenant_id="other")
    changes.add("done")
    mine = changes.add("running", tenant_id="other")
    answer = client.get(PATH, headers={"Last-Event-ID": since}, buffered=False)
    events = told(answer)
    assert [next(events)["id"], next(events)["event"]] == [mine, "live"]
    answer.close()
