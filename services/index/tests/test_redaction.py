"""What errors and arguments say is stored, and shown to operators, without secrets."""

from winnow_base.redaction import REDACTED
from winnow_contracts.events import EventKind
from winnow_index.history.dead_tasks import DeadTasks
from winnow_index.history.event_store import EventStore
from winnow_index.history.read_model import ReadModel
from winnow_index.testing import MEDIA, EventSender, dead, started
from winnow_journal.event_factory import new_event

SIGNED = "https://s3.example.org/b/in/t/a.wav?X-Amz-Date=20261121&X-Amz-Credential=AKIAX/2&X-Amz-Signature=ab12cd"


def test_an_event_is_stored_without_the_secrets_of_its_error_and_a_replay_still_has_its_command(database):
    problem = {"code": "internal", "detail": f"GET {SIGNED}", "hint": "", "retryable": False}
    told = {"problem": problem, "trace": f"Traceback\n{SIGNED}", "outcome": "failed", "command": MEDIA.payload()}
    EventSender(EventStore(database)).ship(
        started(MEDIA, "a"), new_event(EventKind.DEAD, MEDIA, "n", "a", **told, at_ms=5)
    )
    with database.transaction() as transaction:
        stored = transaction.row("read_ended_task", {"task_id": MEDIA.task_id})
    assert "ab12cd" not in str(stored)
    assert "X-Amz-Signature=" in stored["trace"]
    assert stored["command"] == MEDIA.payload()
    events = ReadModel(database).trace(None, "job_d").events
    assert "ab12cd" not in str(events)


def test_operators_see_the_command_and_trace_of_a_dead_task_without_secrets(database):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    with database.transaction() as transaction:  # as an earlier version stored it
        transaction.run_text(
            "UPDATE task_log SET trace = %(trace)s,"
            " command = command || jsonb_build_object('service_token', 'hunter2', 'link', %(trace)s::text)",
            {"trace": SIGNED},
        )
        transaction.run_text("UPDATE task_event SET detail = detail || jsonb_build_object('password', 'hunter2')")
    shown = DeadTasks(database).one(MEDIA.task_id)
    assert "ab12cd" not in shown.trace + str(shown.command)
    assert shown.command["service_token"] == REDACTED
    assert shown.command["job_id"] == "job_d"
    events = ReadModel(database).trace(None, "job_d").events
    assert {event.detail["password"] for event in events} == {REDACTED}
