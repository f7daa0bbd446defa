"""``winnow audit``, against a twin of the gateway."""

from collections.abc import Callable

from winnow_cli.commands.audit import about
from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
ENTRY = {
    "at": "2026-01-01T00:00:00.000Z",
    "key_id": "k1",
    "key_name": "admin",
    "action": "pause",
    "target": "media",
    "filter": None,
    "done": 1,
    "refused": 0,
    "ended_at": "2026-01-01T00:00:00.000Z",
}


def test_entries_tell_what_was_done_and_by_whom(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/audit?limit=20&action=pause&key_id=k1"] = (200, {"items": [ENTRY], "next_cursor": None})
    code, out, _ = winnow("audit", "--action", "pause", "--key", "k1")
    assert (code, out) == (0, "2026-01-01T00:00:00.000Z  pause       media  by key k1 (admin)\n")


def test_a_bulk_action_tells_how_many_it_concerned() -> None:
    bulk = {**ENTRY, "target": "", "filter": {"state": "dead"}, "done": 500, "refused": 2, "ended_at": None}
    assert about(bulk) == "500 tasks (state dead, 2 refused, not ended)"
    assert about({**ENTRY, "action": "reprocess", "filter": {"from": "embed"}}) == "1 media (from embed)"
