"""The doctor's advice on a stuck job: who can send its command again, and when nobody can."""

from pathlib import Path
from typing import Any

from winnow_cli.locate.evidence import Evidence
from winnow_cli.locate.machine import QueueState
from winnow_contracts.commands import DrillAi, DrillMedia
from winnow_contracts.node_api import JobRecords
from winnow_local.doctor import stuck
from winnow_local.doctor.finding import DoctorFinding

JOB = "job_1"
ITEM = {"kind": "stuck_job", "what": JOB, "detail": "It stands."}
HISTORY = {"job": {"id": JOB, "status": "running", "run": 1}, "tasks": [], "events": []}
ADOPTED = "media-7.adopted-20260101T000000"
FOLDER = Path("/home/nodes/media-7/journal.adopted-20260101T000000")
EMPTY = {"media": QueueState(ready=0, consumers=2), "ai": QueueState(ready=0, consumers=2)}


def command(actor: str, task_id: str) -> dict[str, Any]:
    headers = {"run": 1, "retry": 0}
    return {"topic": actor, "task_id": task_id, "created_ms": 1, "confirmed_ms": 2, "body": {"headers": headers}}


def task(task_id: str, state: str) -> dict[str, Any]:
    return {
        "task_id": task_id,
        "actor": DrillMedia.ACTOR,
        "state": state,
        "run": 1,
        "retry": 0,
        "attempts": 1,
        "attempt_id": "a",
        "envelope": {"headers": {}},
        "started_ms": 1,
        "suspect": 0,
        "alive": False,
    }


def records(*commands: dict[str, Any], tasks: tuple[dict[str, Any], ...] = ()) -> JobRecords:
    return JobRecords(tasks=tasks, steps=(), commands=commands, events=(), retries=())


FIRST, NEXT = command(DrillMedia.ACTOR, "t1"), command(DrillAi.ACTOR, "t2")


def found(journals: dict[str, JobRecords], **more: Any) -> DoctorFinding:
    fields = {"history": HISTORY, "queues": EMPTY, "adopted": {ADOPTED: FOLDER}, **more}
    return stuck.finding(ITEM, Evidence(job_id=JOB, journals=journals, **fields))


def test_a_command_whose_queue_is_empty_is_to_be_sent_again() -> None:
    finding = found({"gateway": records(FIRST)})
    assert finding.mend == "./winnow resend job_1"
    assert finding.detail.startswith("It stands. It waits in queue media (inferred)")
    assert finding.detail.endswith("No queue holds a message of it.")


def test_a_command_whose_queue_holds_messages_is_left_to_wait() -> None:
    queues = {"media": QueueState(ready=1, consumers=2)}
    assert found({"gateway": records(FIRST)}, queues=queues).mend == "./winnow trace job_1"


def test_what_the_queues_hold_is_not_guessed_while_the_broker_is_away() -> None:
    assert found({"gateway": records(FIRST)}, queues={}).mend == "./winnow trace job_1"


def test_a_task_that_waits_for_its_redelivery_from_an_empty_queue_is_to_be_sent_again() -> None:
    journals = {"gateway": records(FIRST), "media": records(tasks=(task("t1", "pending"),))}
    finding = found(journals)
    assert "given out again" in finding.detail
    assert finding.mend == "./winnow resend job_1"


def test_where_the_next_command_is_kept_nowhere_the_one_that_led_to_it_is_to_be_sent_again() -> None:
    finding = found({"gateway": records(FIRST), "media": records(tasks=(task("t1", "completed"),))})
    assert "Nothing on this machine tells" in finding.detail
    assert finding.mend == "./winnow resend job_1"


def test_a_command_that_only_an_adopted_journal_keeps_is_sent_by_adopting_it_again() -> None:
    adopted = records(NEXT, tasks=(task("t1", "completed"),))
    finding = found({"gateway": records(FIRST), ADOPTED: adopted})
    assert finding.mend == f"./winnow journal adopt {FOLDER}"
    assert "Only an adopted journal keeps its command." in finding.detail


def test_a_job_of_which_nothing_is_kept_is_to_be_cancelled_and_sent_anew() -> None:
    finding = found({"media": records(tasks=(task("t1", "completed"),))})
    assert finding.mend == "./winnow cancel job_1"
    assert "its file must be sent again" in finding.detail


def test_nothing_is_given_up_while_a_journal_could_not_be_read() -> None:
    finding = found({}, missing=("the journal of media cannot be read",))
    assert finding.mend == "./winnow resend job_1"


def test_a_command_that_index_keeps_is_to_be_sent_again_though_no_journal_has_it() -> None:
    enqueued = {"kind": "enqueued", "task_id": "t2", "run": 1, "retry": 0, "at_ms": 1, "detail": {"kept": True}}
    waiting = {"task_id": "t2", "actor": DrillAi.ACTOR, "queue": "ai", "state": "pending", "run": 1, "retry": 0}
    history = {**HISTORY, "tasks": [waiting], "events": [enqueued]}
    finding = found({"media": records(tasks=(task("t1", "completed"),))}, history=history)
    assert finding.mend == "./winnow resend job_1"
