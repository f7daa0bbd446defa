"""Converts dataclasses to JSON text and back with msgspec.

The JSON is that of ``winnow_contracts.json_codec``, many times faster. Text that msgspec is too strict to read goes
through ``json_codec``, so text from an older version stays readable.
"""

import functools
import json
from collections.abc import Hashable
from typing import Any, TypeVar, cast

import msgspec

from winnow_contracts.envelope import Envelope, open_envelope
from winnow_contracts.json_codec import from_json

T = TypeVar("T")

_ENCODER = msgspec.json.Encoder()


def encode(value: Any) -> bytes:
    """UTF-8 JSON, without spaces, of dataclasses, enums, tuples, dicts and plain values.

    Raises TypeError or ValueError for a value that JSON cannot express.
    """
    return _ENCODER.encode(value)


def decode(kind: type[T], text: str | bytes) -> T:
    """The dataclass ``kind`` from JSON text. Unknown fields are ignored, missing ones take their default.

    Raises TypeError or ValueError if the text is not JSON, a required field is missing or an enum value is unknown.
    """
    try:
        decoder: msgspec.json.Decoder[T] = _decoder(cast(Hashable, kind))
        return decoder.decode(text)
    except (msgspec.DecodeError, ValueError):
        return from_json(kind, json.loads(text))


def parse(text: str | bytes) -> Any:
    """JSON text as dicts, lists, strings, numbers, booleans and None. Raises ValueError if the text is not JSON."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError):
        return json.loads(text)


def convert(kind: type[T], value: Any) -> T:
    """The dataclass ``kind`` from plain JSON, with the rules and errors of ``json_codec.from_json``."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, ValueError):
        return from_json(kind, value)


def plain(value: Any) -> Any:
    """Dataclasses (nested ones too) and enums as dicts and plain values, as ``encode`` would write them."""
    return msgspec.to_builtins(value)


def to_text(envelope: Envelope) -> str:
    """The whole envelope as one JSON text, as journals keep it."""
    return encode({"headers": envelope.headers(), "payload": envelope.command}).decode()


def from_text(text: str) -> Envelope:
    """The envelope that ``to_text`` wrote, in this version or an older one.

    Raises Undecodable, UnknownActor, ValueError, KeyError or TypeError if the text is not an envelope's JSON.
    """
    value = parse(text)
    return open_envelope(value["headers"], value["payload"], convert)


@functools.cache
def _decoder(kind: Any) -> Any:
    return msgspec.json.Decoder(kind)
