"""What errors and arguments say is stored without secrets."""

import pytest

from winnow_contracts import api_keys
from winnow_contracts.events import EventKind
from winnow_index.history.event_store import EventStore
from winnow_index.history.read_model import ReadModel
from winnow_index.history.redaction import REDACTED, redact, redact_text
from winnow_index.testing import MEDIA, EventSender, started
from winnow_journal.event_factory import new_event

KEY = api_keys.generate()
SIGNED = "https://s3.example.org/b/in/t/a.wav?X-Amz-Date=20261121&X-Amz-Credential=AKIAX/2&X-Amz-Signature=ab12cd"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"GET {SIGNED} failed", "ab12cd"),
        (f"GET {SIGNED} failed", "AKIAX/2"),
        (f"The key {KEY.text()} was refused.", KEY.secret),
        ("Authorization: Bearer abcdefgh.ijkl-mnop", "abcdefgh"),
        ("401 from https://api.example.org: Incorrect API key provided: sk-proj-0123456789abcdef", "0123456789"),
        ("could not connect to postgresql://winnow:hunter2@db:5432/winnow", "hunter2"),
        ('{"api_key": "abc-def"}', "abc-def"),
        ("connect(password='hunter 2', host='db')", "hunter 2"),
    ],
)
def test_a_secret_in_a_text_is_replaced(text, secret):
    assert secret not in redact_text(text)
    assert REDACTED in redact_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "The file ok/t/default/med_1/original cannot be decoded: moov atom not found.",
        "It took longer than 300 s at https://api.example.org/v1/chat?model=eye-1.",
        'File "worker.py", line 12, in run\n    key = tokens[0]',
    ],
)
def test_what_is_no_secret_stays(text):
    assert redact_text(text) == text


def test_fields_with_secrets_are_told_by_their_names():
    given = {"files": {"original_key": "in/t/a"}, "tokens_in": 7, "service_token": "s", "links": [SIGNED], "token": ""}
    shown = redact(given)
    assert (shown["files"], shown["tokens_in"], shown["token"]) == (given["files"], 7, "")
    assert shown["service_token"] == REDACTED
    assert "ab12cd" not in shown["links"][0]


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
