"""Converts values to JSON and back: frozen dataclasses, whose unknown fields are ignored so that messages can grow."""

import dataclasses
import functools
import types
import typing
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """A dataclass (also a nested one) as plain dicts, lists, strings, numbers, booleans and None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return value


def from_json(kind: type[T], value: Any) -> T:
    """The dataclass ``kind`` from plain JSON. Unknown fields are ignored, missing ones take their default.

    Raises TypeError or ValueError if a required field is missing or an enum value is unknown.
    """
    known = {
        name: _convert(hint, value[name]) for name, hint in _fields(typing.cast(Any, kind)).items() if name in value
    }
    return kind(**known)


@functools.cache
def _fields(kind: type) -> dict[str, Any]:
    """The type of each field by name. Cached, because resolving annotations is slow."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(typing.cast(Any, kind))}


def _convert(hint: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if value is None:
        return None
    if origin in (typing.Union, types.UnionType):
        return _convert(next(option for option in arguments if option is not type(None)), value)
    if origin is tuple:
        return tuple(_convert(arguments[0], item) for item in value)
    if origin is list:
        return [_convert(arguments[0], item) for item in value]
    if dataclasses.is_dataclass(hint):
        return from_json(typing.cast(Any, hint), value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
