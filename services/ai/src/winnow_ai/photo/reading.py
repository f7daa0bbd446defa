"""Parses the JSON that a chat model wrote. Every function raises Unreadable with a message for the model."""

import json
import re
from enum import StrEnum
from typing import Any, TypeVar

from winnow_ai.llm.speech_response import Unreadable

E = TypeVar("E", bound=StrEnum)

_LONGEST = 20_000
"""The most characters of an answer; a good one has a twentieth of that."""
_SHOWN = 60
_FENCED = re.compile(r"```(?:json)?\s*\n(.*)\n\s*```", re.DOTALL)


def json_object(text: str) -> dict[str, Any]:
    """The JSON object in ``text``, with or without a code fence around it. Raises Unreadable."""
    if len(text) > _LONGEST:
        raise Unreadable(f"it has more than {_LONGEST} characters")
    fenced = _FENCED.fullmatch(text.strip())
    try:
        value = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not JSON but begins with {shown(text)}") from error
    if not isinstance(value, dict):
        raise Unreadable(f"it is not a JSON object but {shown(value)}")
    return value


def objects(value: Any, where: str, most: int) -> list[dict[str, Any]]:
    """A list of at most ``most`` objects."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Unreadable(f"{where} is not a list of objects")
    if len(value) > most:
        raise Unreadable(f"{where} has {len(value)} entries, and {most} are the most")
    return value


def one_of(kinds: type[E], value: Any, where: str) -> E:
    """A member of a closed list."""
    # Members are texts, so look for nothing else: 1 == True shows why.
    if not isinstance(value, str) or value not in set(kinds):
        raise Unreadable(f"{where} is {shown(value)}, and must be one of {listed(kinds)}")
    return kinds(value)


def share(value: Any, where: str) -> float:
    """A number from 0 to 1. NaN, infinity and texts are refused."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise Unreadable(f"{where} is {shown(value)}, and must be a number from 0 to 1")
    return float(value)


def listed(kinds: type[StrEnum]) -> str:
    """The members of a closed list, quoted."""
    return ", ".join(f'"{kind}"' for kind in kinds)


def shown(value: Any) -> str:
    """A value for use in a message: short, and in characters that every store accepts."""
    match value:
        case list():
            return "a list"
        case dict():
            return "an object"
        case int() if value.bit_length() > 64:
            return "a huge number"
        case _:
            return json.dumps(value if not isinstance(value, str) else value[:_SHOWN])
