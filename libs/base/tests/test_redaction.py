"""Secrets are told by their names and their forms; what is no secret stays."""

import pytest

from winnow_base.redaction import REDACTED, redact, redact_text
from winnow_contracts import api_keys

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
        ("a webhook signs with whsec_c2VjcmV0LWs+/Q==.", "c2VjcmV0"),
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
