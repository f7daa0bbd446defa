"""The commands that cancel, retry, pause and replay, against a twin of the gateway."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from winnow_harness.fixtures.gateway import GatewayTwin

DEAD = {
    "task_id": "t1",
    "job_id": "job_1",
    "actor": "ai.transcribe_audio",
    "queue": "ai",
    "run": 1,
    "retry": 2,
    "ended_at": "2026-01-01T00:00:00Z",
    "problem": {"detail": "It cannot be read.", "code": "corrupt-media"},
    "attempts": 3,
    "replayable": True,
}
Winnow = Callable[..., tuple[int, str, str]]


def test_a_job_is_cancelled(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/jobs/job_1/cancel"] = (200, {"id": "job_1", "status": "cancelled"})
    code, out, _ = winnow("cancel", "job_1")
    assert (code, out) == (0, "Job job_1 is cancelled. What still runs of it stops at its next step.\n")
    assert json.loads(winnow("cancel", "job_1", "--json")[1])["status"] == "cancelled"


def test_a_job_that_has_ended_is_not_cancelled(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/jobs/job_1/cancel"] = (409, {"detail": "The job is done.", "code": "already-ended"})
    code, out, err = winnow("cancel", "job_1")
    assert (code, out, err) == (1, "", "The job is done.\n")


def test_media_are_deleted_though_one_is_not_found(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers |= {
        "DELETE /v1/media/med_1": (204, None),
        "DELETE /v1/media/med_2": (404, {"detail": "There is no media med_2.", "code": "not-found"}),
        "DELETE /v1/media/med_3": (410, {"detail": "The media med_3 was deleted.", "code": "gone"}),
    }
    code, out, err = winnow("delete", "med_1", "med_2", "med_3", "--yes")
    assert (code, err) == (1, "med_2: There is no media med_2.\n")
    assert out.splitlines() == [f"{one} is deleted. Its files are gone within minutes." for one in ("med_1", "med_3")]
    results = json.loads(winnow("delete", "med_1", "med_2", "--yes", "--json")[1])
    assert [result.get("status") or result["error"]["code"] for result in results] == ["deleted", "not-found"]


def test_nothing_is_deleted_where_nobody_can_be_asked(twin: GatewayTwin, winnow: Winnow) -> None:
    code, out, err = winnow("delete", "med_1")
    assert (code, out, err) == (1, "", "Nothing was deleted: nobody can be asked here. Add --yes.\n")


def test_the_tags_of_a_media_change_by_the_version_that_was_read(twin: GatewayTwin, winnow: Winnow) -> None:
    media = {"id": "med_1", "title": "Heron", "tags": ["blue", "pond"], "version": 3}
    twin.answers |= {"GET /v1/media/med_1": (200, media), "PATCH /v1/media/med_1": (200, {**media, "tags": ["blue"]})}
    code, out, _ = winnow("edit", "med_1", "--tag", "tall", "--untag", "pond")
    assert (code, out) == (0, "med_1: Heron. Tags: blue.\n")
    assert json.loads(twin.bodies[-1]) == {"tags": ["blue", "tall"]}
    assert winnow("edit", "med_1")[2] == "Nothing is to be changed. Give --title, --tag or --untag.\n"


def test_media_are_listed_by_what_is_known_of_them(twin: GatewayTwin, winnow: Winnow) -> None:
    heron = {"id": "med_1", "created_at": "2026-01-01T00:00:00Z", "status": "ready", "title": "Heron", "tags": ["pond"]}
    twin.answers["GET /v1/media?tag=pond&min_duration_ms=1500&limit=20"] = (200, {"items": [heron]})
    code, out, _ = winnow("list", "--tag", "pond", "--min-seconds", "1.5")
    assert (code, out) == (0, "med_1  2026-01-01T00:00:00Z  ready       Heron #pond\n")
    twin.answers["GET /v1/media?q_title=stork&limit=20"] = (200, {"items": []})
    assert winnow("list", "--title", "stork")[1] == "There are none.\n"


def test_recordings_are_processed_again_though_one_runs(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers |= {
        "POST /v1/media/med_1/reprocess": (202, {"id": "job_1"}),
        "POST /v1/media/med_2/reprocess": (409, {"detail": "The job of med_2 is running.", "code": "job-running"}),
    }
    code, out, err = winnow("reprocess", "med_1", "med_2")
    assert (code, err) == (1, "med_2: The job of med_2 is running.\n")
    assert out == "med_1 is processed again. ./winnow trace job_1 shows how it goes on.\n"
    assert json.loads(twin.bodies[0]) == {"from": "embed"}
    assert json.loads(winnow("reprocess", "med_1", "--from", "transcribe", "--json")[1])[0]["answer"]["id"] == "job_1"
    assert json.loads(twin.bodies[-1]) == {"from": "transcribe"}


def test_a_photo_is_advised_on_again_by_another_region_in_another_language(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/media/med_1/reprocess"] = (202, {"id": "job_1"})
    words = ("reprocess", "med_1", "--from", "guidance", "--region", "gb-eng", "--explain-in", "ko")
    assert winnow(*words)[0] == 0
    assert json.loads(twin.bodies[-1]) == {"from": "guidance", "language": "ko", "region": "gb-eng"}


def test_all_that_match_are_processed_again_a_slice_at_a_time(twin: GatewayTwin, winnow: Winnow) -> None:
    refusal = {"target": "med_9", "detail": "The job of med_9 is running."}
    last = {"audit_id": 7, "done": 1, "refused": 1, "refusals": [refusal], "next_cursor": None}
    twin.answers["POST /v1/media:reprocess"] = (200, last)
    code, out, _ = winnow("reprocess", "--tag", "talks", "--min-seconds", "2", "--from", "transcribe")
    assert (code, out.splitlines()[0]) == (1, "med_9: The job of med_9 is running.")
    assert "1 are processed again, 1 were refused." in out
    assert json.loads(twin.bodies[-1]) == {"filter": {"tag": "talks", "min_duration_ms": 2000}, "from": "transcribe"}
    assert json.loads(winnow("reprocess", "--kind", "photo", "--json")[1])["audit_id"] == 7
    assert json.loads(twin.bodies[-1]) == {"filter": {"kind": "photo"}, "from": "guidance"}


def test_a_dry_run_says_how_many_match_and_does_nothing(twin: GatewayTwin, winnow: Winnow) -> None:
    counted = {"audit_id": None, "done": 0, "refused": 0, "refusals": [], "next_cursor": None}
    answer = {**counted, "matches": {"value": 10_000, "relation": "gte"}}
    twin.answers["POST /v1/media:reprocess"] = (200, answer)
    code, out, _ = winnow("reprocess", "--kind", "recording", "--dry-run")
    assert (code, out) == (0, "at least 10000 would be processed again from embed. Nothing was done.\n")
    assert json.loads(twin.bodies[-1])["dry_run"] is True
    assert json.loads(winnow("reprocess", "--kind", "recording", "--dry-run", "--json")[1]) == answer


@pytest.mark.parametrize("words", [(), ("med_1", "--tag", "talks"), ("med_1", "--dry-run")])
def test_ids_and_filters_do_not_go_together_nor_does_nothing_at_all(
    twin: GatewayTwin, winnow: Winnow, words: tuple[str, ...]
) -> None:
    assert winnow("reprocess", *words)[0] == 1
    assert twin.asked == []


def test_a_failed_job_is_tried_again(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/jobs/job_1/retry"] = (202, {"id": "job_1"})
    code, out, _ = winnow("retry", "job_1")
    assert code == 0
    assert "runs again" in out
    assert "./winnow trace job_1" in out


def test_stuck_jobs_are_sent_again_though_one_has_ended(twin: GatewayTwin, winnow: Winnow) -> None:
    ended = {"detail": "The job is done.", "code": "already-ended"}
    twin.answers |= {
        "POST /v1/ops/jobs/job_1/resend": (409, ended),
        "POST /v1/ops/jobs/job_2/resend": (202, {"job_id": "job_2"}),
    }
    code, out, err = winnow("resend", "job_1", "job_2")
    assert (code, err) == (1, "job_1: The job is done.\n")
    assert out == "What is kept of job job_2 is sent again. ./winnow trace job_2 shows how it goes on.\n"
    code, out, err = winnow("resend", "job_2", "--json")
    assert (code, json.loads(out), err) == (0, [{"job_id": "job_2", "answer": {"job_id": "job_2"}}], "")


@pytest.mark.parametrize(("word", "method", "words"), [("pause", "PUT", "is paused"), ("resume", "DELETE", "goes on")])
def test_a_lane_is_held_and_let_go(twin: GatewayTwin, winnow: Winnow, word: str, method: str, words: str) -> None:
    twin.answers[f"{method} /v1/ops/queues/media.bulk/pause"] = (200, {"lane": "media.bulk", "paused_since": None})
    code, out, _ = winnow(word, "media.bulk")
    assert code == 0
    assert words in out
    assert twin.asked == [f"{method} /v1/ops/queues/media.bulk/pause"]


def test_a_lane_that_there_is_not_is_wrong_usage(winnow: Winnow) -> None:
    code, _, err = winnow("pause", "gpu")
    assert code == 2
    assert "media.examine" in err


def test_workers_are_shown_with_their_state_and_rate(twin: GatewayTwin, winnow: Winnow) -> None:
    node = {
        "service": "media",
        "node": "media-1",
        "state": "silent",
        "heartbeat_at": "2026-01-01T00:00:00.000Z",
        "lanes": ["media", "media.bulk"],
        "active": 1,
        "processed": 20,
        "failed": 2,
        "success_rate_day": 0.9,
        "journal_pending": 3,
        "events_unapplied": 4,
        "memory_bytes": 81_000_000,
    }
    gateway = {**node, "service": "gateway", "node": "gateway-1", "state": "online", "lanes": []}
    items = [node, {**gateway, "success_rate_day": None}]
    twin.answers["GET /v1/ops/workers"] = (200, {"items": items})
    lines = winnow("workers")[1].splitlines()
    heard = "2026-01-01T00:00:00.000Z"
    figures = ["3", "4", "81.0", "MB"]
    assert lines[1].split() == ["media-1", "silent", heard, "1", "20", "2", "90.0%", *figures, "media,", "media.bulk"]
    assert lines[2].split() == ["gateway-1", "online", heard, "1", "20", "2", "-", *figures, "gateway"]
    assert json.loads(winnow("workers", "--json")[1]) == {"items": items}


def test_queues_are_shown_with_what_is_not_known(twin: GatewayTwin, winnow: Winnow) -> None:
    items = [
        {"lane": "media", "paused_since": None, "ready": 12, "consumers": 2},
        {"lane": "ai", "paused_since": "2026-01-01T00:00:00Z", "ready": None, "consumers": None},
    ]
    twin.answers["GET /v1/ops/queues"] = (200, {"items": items})
    lines = winnow("queues")[1].splitlines()
    assert lines[1].split() == ["media", "12", "2"]
    assert lines[2].split() == ["ai", "?", "?", "paused", "since", "2026-01-01T00:00:00Z"]
    assert json.loads(winnow("queues", "--json")[1]) == {"items": items}


def test_dead_tasks_are_listed_with_their_reason(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/dead?limit=20"] = (200, {"items": [DEAD], "next_cursor": None})
    assert "t1" in winnow("dead", "list")[1]
    assert "3 attempts  It cannot be read. (corrupt-media)" in winnow("dead", "list")[1]
    twin.answers["GET /v1/ops/dead?limit=20&actor=ai.drill"] = (200, {"items": [], "next_cursor": None})
    assert winnow("dead", "list", "--actor", "ai.drill")[1] == "No task is dead.\n"
    twin.answers["GET /v1/ops/dead?limit=20&tenant_id=a%20b"] = (200, {"items": [DEAD], "next_cursor": None})
    assert "t1" in winnow("dead", "list", "--tenant", "a b")[1]


def test_a_dead_task_is_shown_in_full(twin: GatewayTwin, winnow: Winnow) -> None:
    detail: dict[str, Any] = {
        **DEAD,
        "command": {"files": {}},
        "trace": "Traceback\n  line 1",
        "attempts": [{"number": 1, "node": "ai", "outcome": "failed"}],
    }
    twin.answers["GET /v1/ops/dead/t1"] = (200, detail)
    out = winnow("dead", "show", "t1")[1]
    for words in (
        "job job_1, run 1",
        "attempt number 1, node ai",
        "  line 1",
        "./winnow dead replay t1 runs it again.",
    ):
        assert words in out


def test_all_dead_tasks_of_an_actor_are_replayed_though_one_is_refused(twin: GatewayTwin, winnow: Winnow) -> None:
    first = {"items": [{"task_id": "t1"}], "next_cursor": "c"}
    twin.answers |= {
        "GET /v1/ops/dead?limit=100&actor=ai.drill": (200, first),
        "GET /v1/ops/dead?limit=100&cursor=c&actor=ai.drill": (
            200,
            {"items": [{"task_id": "t2"}], "next_cursor": None},
        ),
        "POST /v1/ops/dead/t1/replay": (409, {"detail": "It cannot be replayed.", "code": "not-ready"}),
        "POST /v1/ops/dead/t2/replay": (202, DEAD),
    }
    code, out, _ = winnow("dead", "replay", "--all", "--actor", "ai.drill")
    assert code == 1
    assert out.splitlines() == ["t1: It cannot be replayed.", "t2 runs again."]


def test_named_dead_tasks_are_put_away(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/ops/dead/t1/discard"] = (200, DEAD)
    assert winnow("dead", "discard", "t1")[:2] == (0, "t1 is put away.\n")


@pytest.mark.parametrize("words", [("replay",), ("discard", "t1", "--all")])
def test_tasks_are_named_or_all_of_them_meant(twin: GatewayTwin, winnow: Winnow, words: tuple[str, ...]) -> None:
    code, _, err = winnow("dead", *words)
    assert code == 1
    assert "Name the tasks, or say --all" in err
