"""msgspec reads and writes the same JSON as the contracts' own codec."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_contracts import envelope as reference
from winnow_contracts.commands import COMMANDS, Examine
from winnow_contracts.envelope import Envelope, Undecodable, UnknownActor
from winnow_contracts.events import EventBatch, EventKind, SequencedEvent, TaskEvent
from winnow_contracts.json_codec import from_json, to_json
from winnow_journal.codec import convert, decode, encode, from_text, to_text

_WORDS = st.text(max_size=20)
_NUMBERS = st.integers(-(2**63), 2**63 - 1)
_PLAIN = st.none() | st.booleans() | _NUMBERS | st.floats(allow_nan=False, allow_infinity=False) | _WORDS
_JSON = st.recursive(_PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3))
_COMMANDS = st.one_of([st.from_type(kind) for kind in COMMANDS.values()])
_EVENTS = st.builds(TaskEvent, detail=st.dictionaries(_WORDS, _JSON, max_size=3))
_BATCHES = st.builds(EventBatch, events=st.lists(st.builds(SequencedEvent, event=_EVENTS), max_size=3).map(tuple))

EXAMINE = Examine(tenant_id="t", job_id="j", media_id="m", original_key="k", filename="한글.mp4", size_bytes=3)
EVENT = TaskEvent(kind=EventKind.DEAD, tenant_id="t", job_id="j", media_id="m", at_ms=1, node="n")


def _compact(value):
    return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":"))


@given(value=_COMMANDS | _BATCHES)
def test_a_value_has_the_same_json_and_comes_back_as_by_reflection(value):
    text = encode(value)
    assert json.loads(text) == json.loads(_compact(value))
    assert decode(type(value), text) == from_json(type(value), json.loads(text)) == value
    assert convert(type(value), to_json(value)) == value


@given(command=_COMMANDS, retry=st.integers(0, 9), possible_duplicate=st.booleans())
def test_an_envelope_is_read_by_either_codec_whichever_wrote_it(command, retry, possible_duplicate):
    envelope = Envelope(command=command, retry=retry, possible_duplicate=possible_duplicate)
    assert json.loads(to_text(envelope)) == json.loads(reference.to_text(envelope))
    assert from_text(reference.to_text(envelope)) == envelope
    assert reference.from_text(to_text(envelope)) == envelope


@pytest.mark.parametrize(
    "value",
    [
        EXAMINE,
        EVENT,
        EventBatch(journal_id="j", service="s", node="n", previous_seq=0, events=(SequencedEvent(seq=1, event=EVENT),)),
    ],
)
def test_the_bytes_are_those_of_the_standard_library_without_spaces(value):
    assert encode(value).decode() == _compact(value)


def test_what_was_computed_from_a_command_is_not_written():
    envelope = Envelope(command=EXAMINE)
    assert envelope.task_id
    assert set(json.loads(to_text(envelope))["payload"]) == {field.name for field in dataclasses.fields(EXAMINE)}


@pytest.mark.parametrize(
    "change",
    [
        {"size_bytes": 3.5},
        {"size_bytes": "3"},
        {"size_bytes": None},
        {"size_bytes": 2**70},
        {"filename": None},
        {"audio_track": True},
        {"colour": "red"},
        {"filename": 'a"\u0000\n\u2028'},
    ],
)
def test_what_reflection_reads_is_read_alike(change):
    old = to_json(EXAMINE) | change
    assert decode(Examine, json.dumps(old)) == convert(Examine, old) == from_json(Examine, old)


@pytest.mark.parametrize(
    "text", ["", "{", "nonsense", "[]", "3", "null", "{}", '{"kind":"nonsense"}', b"\xff", '{"kind":null}']
)
def test_what_reflection_refuses_is_refused_with_the_same_error(text):
    with pytest.raises((TypeError, ValueError)) as ours:
        decode(TaskEvent, text)
    with pytest.raises((TypeError, ValueError)) as theirs:
        from_json(TaskEvent, json.loads(text))
    assert (ours.type, str(ours.value)) == (theirs.type, str(theirs.value))


@pytest.mark.parametrize(
    ("change", "error"), [({"headers": {"actor": "nope"}}, UnknownActor), ({"payload": {}}, Undecodable)]
)
def test_an_unknown_or_broken_envelope_is_named_so(change, error):
    value = json.loads(to_text(Envelope(command=EXAMINE))) | change
    with pytest.raises(error):
        from_text(json.dumps(value))
