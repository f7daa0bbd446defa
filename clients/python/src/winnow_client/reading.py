"""Reads JSON into the dataclasses of answers. What a dataclass does not know is ignored, so servers may add fields."""

import types
from collections.abc import Callable, Hashable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from winnow_client.errors import UnexpectedAnswer

T = TypeVar("T")


def read(kind: type[T], value: Any) -> T:
    """Returns ``value``, as JSON has it, as a dataclass. Raises UnexpectedAnswer if a field is missing or has no such
    form.
    """
    reader: Callable[[Any], T] = _reader(cast(Hashable, kind))
    return reader(value)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """A function that reads a type. Texts, numbers and choices are taken as they are."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        [one] = [_reader(each) for each in get_args(kind) if each is not type(None)]
        return lambda value: None if value is None else one(value)
    if origin is tuple:
        each = _reader(get_args(kind)[0])
        return lambda value: tuple(each(one) for one in _of(list, value, "a list"))
    if origin is dict:
        return lambda value: _of(dict, value, "an object")
    if origin is Literal or not is_dataclass(kind):
        return lambda value: value
    return _record_reader(kind)


def _record_reader(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    members = [(field, field.name.rstrip("_"), hints[field.name]) for field in fields(kind)]

    def record(value: Any) -> Any:
        given = _of(dict, value, f"a {kind.__name__}")
        found = {}
        for field, name, hint in members:
            if name in given:
                found[field.name] = _reader(hint)(given[name])
            elif field.default is MISSING:
                raise UnexpectedAnswer(
                    f"The answer has no {name!r}, which each {kind.__name__} has.",
                    hint="Look which version of Winnow answers: it may be older than this client.",
                )
        return kind(**found)

    return record


def _of(kind: type[T], value: Any, wanted: str) -> T:
    if not isinstance(value, kind):
        raise UnexpectedAnswer(f"The answer has {type(value).__name__} where {wanted} belongs.")
    return value
