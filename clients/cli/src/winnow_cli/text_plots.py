"""Draws values as rows of characters: a bar for one value, a line for many."""

from collections.abc import Sequence

_HEIGHTS = "▁▂▃▄▅▆▇█"
_BAR = "█"


def bar(value: float, most: float, width: int = 30) -> str:
    """Returns a bar as long as the value's share of ``most``; at least one character for more than nothing."""
    return _BAR * max(1, round(width * value / most)) if value > 0 and most > 0 else ""


def line(values: Sequence[float | None]) -> str:
    """Returns a character for each value, as high as its share of the highest; a space where None was measured."""
    most = max((value for value in values if value is not None), default=0) or 1
    return "".join(" " if value is None else _HEIGHTS[_step(value, most)] for value in values)


def _step(value: float, most: float) -> int:
    """The lowest step is for nothing alone."""
    return 0 if value <= 0 else max(1, round((len(_HEIGHTS) - 1) * value / most))
