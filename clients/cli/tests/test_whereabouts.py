"""Finds a job from real journals, and from what index and broker would report."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from winnow_cli import main as cli
from winnow_cli.locate.evidence import Evidence
from winnow_cli.locate.locate_job import Whereabouts, whereabouts
from winnow_cli.locate.machine import QueueState
from winnow_cli.locate.timeline import timeline
from winnow_contracts.commands import DrillAi, DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import JobAccepted
from winnow_contracts.states import Outcome, TaskState
from winnow_harness.fixtures.gateway import GatewayTwin
from winnow_journal.inspect.view import open_view
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import AttemptResult, DeliveryContext, Run

JOB = "job_1"
ACCEPTED = JobAccepted(
    kind="drill", title="Drill", filename="", content_type="", size_bytes=0, original_key="", created_ms=1
)
QUEUES = {"media": QueueState(ready=3, consumers=2), "ai": QueueState(ready=1, consumers=0)}
COMPLETED = AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED)
REASON = {"detail": "No answer.", "code": "unavailable"}


class Machine:
    """Journals of one home, as its nodes write them."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._journals: dict[str, SqliteJournal] = {}

    def journal(self, node: str) -> SqliteJournal:
        if node not in self._journals:
            self._journals[node] = SqliteJournal(self._home / "nodes" / node / "journal", node, exclusive=False)
        return self._journals[node]

    def die(self, node: str) -> None:
        self._journals.pop(node).close()

    def send(self, *, confirmed: bool = True, not_before_ms: int = 0) -> Envelope:
        """The job's first command, in the gateway's journal."""
        command = DrillMedia(tenant_id="drill", job_id=JOB, media_id="med_1")
        envelope = Envelope(command=command, not_before_ms=not_before_ms)
        self.journal("gateway").accept(envelope, ACCEPTED)
        if confirmed:
            self.confirm("gateway")
        return envelope

    def confirm(self, node: str) -> None:
        self.journal(node).confirm(self.journal(node).unconfirmed(10))

    def begin(self, node: str, envelope: Envelope) -> str:
        take = self.journal(node).claim(envelope, DeliveryContext())
        assert isinstance(take, Run)
        return take.attempt_id

    def run(self, node: str, envelope: Envelope, ending: AttemptResult) -> None:
        self.journal(node).finish(envelope, self.begin(node, envelope), ending)

    def evidence(self, history: dict[str, Any] | None = None, **more: Any) -> Evidence:
        found = {}
        for folder in sorted((self._home / "nodes").glob("*/journal")):
            with open_view(folder) as view:
                records = view.job(JOB)
            if records.tasks or records.commands or records.events:
                found[folder.parent.name] = records
        return Evidence(job_id=JOB, history=history, journals=found, queues={**QUEUES}, **more)

    def where(self, history: dict[str, Any] | None = None, **more: Any) -> Whereabouts:
        return whereabouts(self.evidence(history, **more))

    def close(self) -> None:
        for journal in self._journals.values():
            journal.close()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.close()


def history(status: str, *events: dict[str, Any], run: int = 1, **job: Any) -> dict[str, Any]:
    return {"job": {"id": JOB, "status": status, "run": run, **job}, "tasks": [], "events": list(events)}


def child(envelope: Envelope) -> Envelope:
    fields = {"tenant_id": "drill", "job_id": JOB, "media_id": "med_1"}
    return dataclasses.replace(envelope, command=DrillAi(**fields))


def test_a_command_the_broker_has_not_confirmed_is_in_the_journal(machine: Machine) -> None:
    machine.send(confirmed=False)
    answer = machine.where()
    assert answer.place == "journal"
    assert "media.drill is in the journal of node gateway" in answer.sentence
    assert not answer.inferred


def test_a_confirmed_command_that_nobody_began_waits_in_its_queue(machine: Machine) -> None:
    machine.send()
    answer = machine.where()
    assert (answer.place, answer.inferred) == ("queue", True)
    assert "waits in queue media (inferred)" in answer.sentence
    assert "holds 3 messages and has 2 consumers." in answer.sentence


LATER_MS = 4_000_000_000_000
LATER = "2096-10-02T07:06:40"


def test_a_scheduled_job_tells_its_time_by_the_journal_that_sent_it(machine: Machine) -> None:
    envelope = machine.send(not_before_ms=LATER_MS)
    answer = machine.where()
    assert (answer.place, answer.inferred) == ("scheduled", False)
    assert f"is to begin at {LATER}Z" in answer.sentence
    machine.begin("media", envelope)
    assert machine.where().place == "running"


def test_a_scheduled_job_tells_its_time_by_index_alone(machine: Machine) -> None:
    known = history("scheduled", not_before=f"{LATER}.000Z")
    known["tasks"] = [
        {"task_id": "t", "actor": "media.drill", "queue": "media", "state": "pending", "run": 1, "retry": 0}
    ]
    assert f"is to begin at {LATER}Z" in machine.where(known).sentence
    past = history("queued", not_before="2001-01-01T00:00:00.000Z")
    assert machine.where({**past, "tasks": known["tasks"]}).place == "queue"


def test_a_retry_that_waits_is_no_scheduled_job(machine: Machine) -> None:
    envelope = machine.send()
    ending = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=60_000, error=REASON)
    machine.run("media", envelope, ending)
    machine.confirm("media")
    assert machine.where().place == "delayed"


def test_a_paused_lane_is_told_with_the_command_that_resumes_it(machine: Machine) -> None:
    machine.send()
    assert "./winnow resume media" in machine.where(paused=frozenset(("media",))).sentence


def test_a_living_attempt_runs_on_its_node(machine: Machine) -> None:
    machine.begin("media", machine.send())
    answer = machine.where(history("running"))
    assert answer.place == "running"
    assert "media.drill on node media" in answer.sentence


def test_an_attempt_whose_process_died_waits_to_be_given_out_again(machine: Machine) -> None:
    machine.begin("media", machine.send())
    machine.die("media")
    answer = machine.where(history("running"))
    assert (answer.place, answer.inferred) == ("released", True)
    assert "its process died" in answer.sentence


def test_what_died_here_and_went_on_elsewhere_is_where_it_went_on(machine: Machine) -> None:
    envelope = machine.send()
    machine.begin("media", envelope)
    machine.die("media")
    machine.run("media-2", envelope, dataclasses.replace(COMPLETED, children=(child(envelope),)))
    machine.confirm("media-2")
    answer = machine.where(history("running"))
    assert answer.place == "queue"
    assert "queue ai" in answer.sentence


def test_a_retry_waits_in_the_delays_with_its_reason(machine: Machine) -> None:
    retry = AttemptResult(state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=60_000, error=REASON)
    machine.run("media", machine.send(), retry)
    machine.confirm("media")
    answer = machine.where(history("running"))
    assert answer.place == "delayed"
    assert "(attempt 2)" in answer.sentence
    assert "No answer. (unavailable)" in answer.sentence


def test_a_death_that_index_has_not_heard_of_is_told(machine: Machine) -> None:
    machine.run("media", machine.send(), AttemptResult(state=TaskState.DEAD, outcome=Outcome.FAILED, error=REASON))
    answer = machine.where(history("running"))
    assert answer.place == "failed"
    assert "index does not know yet: No answer." in answer.sentence


def test_a_failed_job_says_where_it_failed(machine: Machine) -> None:
    dead = {"kind": "dead", "actor": "ai.drill", "node": "ai-2", "retry": 2, "run": 1, "task_id": "t", "at_ms": 5}
    answer = machine.where(history("failed", dead, error=REASON, finished_at="today"))
    assert answer.sentence == (
        "It failed for good in ai.drill on node ai-2, attempt 3 at today: No answer. (unavailable)"
    )


def test_a_done_job_is_done_whatever_a_stale_journal_says(machine: Machine) -> None:
    machine.begin("media", machine.send())
    machine.die("media")
    assert machine.where(history("done")).place == "done"


def test_a_task_on_another_machine_is_said_to_be_there(machine: Machine) -> None:
    event = {"kind": "started", "actor": "ai.drill", "node": "far", "retry": 0, "run": 1, "task_id": "t", "at_ms": 5}
    known = history("running", event)
    known["tasks"] = [{"task_id": "t", "actor": "ai.drill", "queue": "ai", "state": "running", "run": 1, "retry": 0}]
    answer = machine.where(known)
    assert answer.place == "elsewhere"
    assert "node far" in answer.sentence


def test_what_nobody_knows_is_said_to_be_unknown(machine: Machine) -> None:
    assert machine.where(history("running")).place == "unknown"


def test_a_timeline_has_each_event_once_and_names_the_journal_that_alone_has_it(machine: Machine) -> None:
    machine.begin("media", machine.send())
    body = machine.evidence().journals["gateway"].events[0]["body"]
    events = timeline(machine.evidence(history("queued", body)))
    assert [(event["kind"], event["source"]) for event in events] == [
        ("accepted", "index"),
        ("enqueued", "gateway"),
        ("confirmed", "gateway"),
        ("started", "media"),
    ]


@pytest.fixture
def trace(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    twin = GatewayTwin({})
    twin.start()
    twin.be_home(tmp_path)
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(("trace", *words))
        assert isinstance(ended.value.code, int)
        return (ended.value.code, *capsys.readouterr())

    yield call
    twin.stop()


def test_a_job_that_only_a_journal_knows_is_traced(machine: Machine, trace: Callable[..., Any]) -> None:
    machine.send(confirmed=False)
    code, out, _ = trace(JOB)
    assert code == 0
    assert out.startswith("Its command media.drill is in the journal of node gateway")
    assert "Not asked: The broker does not answer." in out
    assert "Drill was accepted" in out
    found = json.loads(trace(JOB, "--json")[1])
    assert found["where"]["place"] == "journal"
    assert list(found["journals"]) == ["gateway"]


def test_a_job_that_only_an_adopted_journal_knows_is_traced(
    tmp_path: Path, machine: Machine, trace: Callable[..., Any]
) -> None:
    machine.send()
    machine.die("gateway")
    folder = tmp_path / "nodes" / "gateway" / "journal"
    folder.rename(folder.with_name("journal.adopted-20260101T000000"))
    found = json.loads(trace(JOB, "--json")[1])
    assert (found["where"]["place"], found["where"]["queue"]) == ("queue", "media")
    assert list(found["journals"]) == ["gateway.adopted-20260101T000000"]


def test_a_job_that_nobody_knows_is_not_found(trace: Callable[..., Any]) -> None:
    code, _, err = trace("job_x")
    assert code == 1
    assert "Neither index nor a journal" in err
