"""Parses an endpoint's vectors, trusts nothing in them, and scales them to unit length."""

import math
from typing import Any

from winnow_ai.llm.speech_response import Unreadable

_DIGITS = 7
"""Decimals kept: what a 32-bit float can hold. So stored vectors are short, and equal on every machine."""

_HUGE = 1e9


def read_vectors(value: Any, count: int) -> list[list[float]]:
    """``count`` unit vectors in request order, from OpenAI's form. Raises Unreadable if ``value`` is something else."""
    items = value.get("data") if isinstance(value, dict) else None
    if not isinstance(items, list) or len(items) != count:
        raise Unreadable(f"it has not {count} vectors")
    by_index: dict[int, list[float]] = {}
    for position, item in enumerate(items):
        if not isinstance(item, dict):
            raise Unreadable("an item is not an object")
        index = item.get("index", position)
        if not isinstance(index, int):
            raise Unreadable("an item has no number")
        by_index[index] = _unit(item.get("embedding"))
    if sorted(by_index) != list(range(count)):
        raise Unreadable("its vectors are not numbered one by one")
    vectors = [by_index[index] for index in range(count)]
    if len({len(vector) for vector in vectors}) > 1:
        raise Unreadable("its vectors differ in length")
    return vectors


def _unit(values: Any) -> list[float]:
    if not isinstance(values, list) or not values:
        raise Unreadable("a vector is not a list of numbers")
    if not all(isinstance(number, (int, float)) and -_HUGE < number < _HUGE for number in values):
        raise Unreadable("a vector holds something that is not a number")
    length = math.hypot(*values)
    if length == 0:
        raise Unreadable("a vector has no length")
    return [round(number / length, _DIGITS) for number in values]
