"""``winnow trace`` of a job in a Winnow elsewhere uses only what its gateway reports."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from winnow_cli import main as cli
from winnow_harness.fixtures.gateway import GatewayTwin

JOB = {"id": "job_1", "status": "queued", "run": 1, "error": None, "created_at": "2026-11-20T09:00:00Z"}
TASK = {"task_id": "t_1", "actor": "ai.drill", "queue": "ai", "state": "pending", "run": 1, "retry": 0}
HISTORY = {"job": JOB, "tasks": [TASK], "events": []}
LANES = {
    "items": [
        {"lane": "ai", "ready": 4, "consumers": 0, "paused_since": "2026-11-20T10:00:00Z"},
        {"lane": "media", "ready": None, "consumers": None, "paused_since": None},
    ]
}


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayTwin]:
    """A gateway elsewhere; the home here is another stack's, which must not be asked."""
    twin, other = GatewayTwin({"GET /v1/jobs/job_1/trace": (200, HISTORY)}), GatewayTwin({})
    other.be_home(tmp_path)
    for one in (twin, other):
        one.start()
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    monkeypatch.setenv("WINNOW_URL", twin.url)
    monkeypatch.setenv("WINNOW_API_KEY", "wk_1")
    yield twin
    for one in (twin, other):
        one.stop()
    assert other.asked == []


def trace(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int | str | None, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["trace", *words])
    out, err = capsys.readouterr()
    return ended.value.code, out + err


def test_the_queue_s_numbers_and_its_pause_come_from_the_gateway(
    there: GatewayTwin, capsys: pytest.CaptureFixture[str]
) -> None:
    there.answers["GET /v1/ops/queues"] = (200, LANES)
    code, out = trace(capsys, "job_1", "--json")
    found = json.loads(out)
    assert (code, found["journals"], found["missing"]) == (0, {}, [])
    assert found["queues"] == {"ai": {"ready": 4, "consumers": 0}}
    assert found["where"]["place"] == "queue"
    assert "the queue holds 4 messages and has 0 consumers. Lane ai is paused" in found["where"]["sentence"]


def test_a_key_that_is_no_operator_s_sees_where_its_job_is(
    there: GatewayTwin, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal = (403, {"detail": "This key lacks the scope 'admin'.", "code": "forbidden"})
    there.answers |= dict.fromkeys(("GET /v1/ops/queues", "GET /v1/ops/jobs/job_1/trace"), refusal)
    code, out = trace(capsys, "job_1")
    assert code == 0
    assert out.startswith("It waits in queue ai (inferred)")
    assert "what queue ai holds could not be asked" in out


RUNNING = {
    "task_id": "t_1",
    "actor": "ai.drill",
    "run": 1,
    "retry": 0,
    "state": "running",
    "alive": True,
    "attempt_id": "a_1",
    "attempts": 1,
    "started_ms": 1_000,
    "suspect": 0,
    "error": None,
}
STARTED = {
    "at_ms": 1_000,
    "kind": "started",
    "actor": "ai.drill",
    "task_id": "t_1",
    "attempt_id": "a_1",
    "node": "ai-7",
    "run": 1,
    "retry": 0,
    "detail": {},
}
RECORDS = {"tasks": [RUNNING], "steps": [], "commands": [], "events": [{"body": STARTED}], "retries": []}
JOURNALS = {
    "items": [{"service": "ai", "node": "ai-7", "journal_id": "j", "records": RECORDS}],
    "missing": ["Node 10.0.0.9:9100: it does not answer."],
}


def test_a_job_is_found_in_a_nodes_journal_while_the_database_is_down(
    there: GatewayTwin, capsys: pytest.CaptureFixture[str]
) -> None:
    down = (503, {"detail": "Index cannot reach its database.", "code": "unavailable"})
    there.answers |= {
        "GET /v1/jobs/job_1/trace": down,
        "GET /v1/ops/jobs/job_1/trace": down,
        "GET /v1/ops/jobs/job_1/journals": (200, JOURNALS),
    }
    code, out = trace(capsys, "job_1")
    assert code == 0
    assert out.startswith("It runs: ai.drill on node ai-7 for ")
    assert "Not asked: Index cannot reach its database." in out
    assert "Not asked: Node 10.0.0.9:9100: it does not answer." in out
    assert "(journal of ai-7)" in out


def test_a_job_whose_history_is_not_kept_any_more_says_so(
    there: GatewayTwin, capsys: pytest.CaptureFixture[str]
) -> None:
    note = "This job ended on 2026-10-01; its tasks and events are not kept any more."
    gone = {"job": {**JOB, "status": "done"}, "tasks": [], "events": [], "history_note": note}
    there.answers["GET /v1/jobs/job_1/trace"] = (200, gone)
    _, out = trace(capsys, "job_1")
    assert note in out
    assert "Nothing is recorded yet." not in out
    assert json.loads(trace(capsys, "job_1", "--json")[1])["history_note"] == note


def test_a_job_that_it_does_not_know_is_not_found(there: GatewayTwin, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = trace(capsys, "job_2")
    assert code == 1
    assert "knows job job_2" in out
