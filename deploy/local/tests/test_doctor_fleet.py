"""The doctor of a Winnow elsewhere: what its gateway tells of nodes and index."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from winnow_cli import main as cli
from winnow_harness.fixtures.gateway import GatewayTwin

WELL: dict[str, Any] = {
    "folder": "/var/lib/winnow/journal",
    "journal_id": "j1",
    "service": "media",
    "node": "media-1",
    "living": 1,
    "tasks": {},
    "unconfirmed": 0,
    "oldest_unconfirmed_ms": 0,
    "kept": 0,
    "unapplied": 0,
    "oldest_unapplied_ms": 0,
    "applied_seq": 10,
    "last_seq": 10,
    "suspects": 0,
    "database_bytes": 1,
    "wal_bytes": 1,
}
NOW = "GET /v1/ops/journals/now"
JOURNALS = "GET /v1/ops/journals"
FINDINGS = "GET /v1/ops/findings?stuck_seconds=900"
DOWN = (503, {"detail": "Index cannot reach its database.", "code": "unavailable"})


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayTwin]:
    twin = GatewayTwin({JOURNALS: (200, {"items": []}), FINDINGS: (200, {"items": []})})
    twin.start()
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    monkeypatch.setenv("WINNOW_URL", twin.url)
    monkeypatch.setenv("WINNOW_API_KEY", "wk_1")
    yield twin
    twin.stop()


def doctor(capsys: pytest.CaptureFixture[str]) -> tuple[object, list[dict[str, str]]]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", "--json"])
    return ended.value.code, json.loads(capsys.readouterr().out)


def kinds(found: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(finding["kind"], finding["what"]) for finding in found]


def test_a_fleet_in_which_all_is_well_has_no_finding(there: GatewayTwin, capsys: pytest.CaptureFixture[str]) -> None:
    there.answers[NOW] = (200, {"items": [WELL], "missing": []})
    assert doctor(capsys) == (0, [])


def test_late_rows_and_silent_nodes_are_found_while_the_database_is_down(
    there: GatewayTwin, capsys: pytest.CaptureFixture[str]
) -> None:
    late = {**WELL, "unapplied": 3, "oldest_unapplied_ms": 90_000}
    there.answers |= {NOW: (200, {"items": [late], "missing": ["Node ai:9100: it is gone."]}), JOURNALS: DOWN}
    code, found = doctor(capsys)
    assert code == 1
    assert kinds(found) == [("not_asked", "node"), ("events_unapplied", "media-1"), ("not_asked", "index")]
    assert found[1]["mend"] == "see the log of the index node with the lane events"


def test_a_lost_journal_whose_node_answers_is_found(there: GatewayTwin, capsys: pytest.CaptureFixture[str]) -> None:
    there.answers |= {
        NOW: (200, {"items": [WELL], "missing": []}),
        JOURNALS: (200, {"items": [{"journal_id": "j1", "applied_seq": 10, "lost_at": "2026-01-01T00:00:00Z"}]}),
        FINDINGS: (200, {"items": [{"kind": "dead_task", "what": "t1", "detail": "It failed."}]}),
    }
    code, found = doctor(capsys)
    assert kinds(found) == [("lost_journal_lives", "media-1"), ("dead_task", "t1")]
    assert (code, found[1]["mend"]) == (1, "./winnow dead replay t1")


def test_a_gateway_that_knows_no_node_says_so(there: GatewayTwin, capsys: pytest.CaptureFixture[str]) -> None:
    there.answers[NOW] = (200, {"items": [], "missing": []})
    assert "WINNOW_GATEWAY_NODES is empty" in doctor(capsys)[1][0]["detail"]


def test_a_gateway_of_an_earlier_version_still_tells_what_index_found(
    there: GatewayTwin, capsys: pytest.CaptureFixture[str]
) -> None:
    there.answers[FINDINGS] = (200, {"items": [{"kind": "dead_task", "what": "t1", "detail": "It failed."}]})
    assert kinds(doctor(capsys)[1]) == [("not_asked", "journals"), ("dead_task", "t1")]
