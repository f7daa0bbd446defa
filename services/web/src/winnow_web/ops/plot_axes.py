"""Axes of plots: round figures, round times, and how both are written."""

import math
from datetime import UTC, datetime

_STEPS = (1, 2, 2.5, 5, 10)
_MOST_FIGURES = 4
_MOST_TIMES = 4
_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
_TIME_STEPS_MS = (
    *(minutes * _MINUTE_MS for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR_MS for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY_MS for days in (1, 2, 7, 14, 28)),
)


def figures(highest: float, *, whole: bool = False) -> tuple[float, ...]:
    """Round figures from 0 to the first that is not below ``highest``; 0 and 1 if nothing is above 0.

    ``whole``: for what is counted, so that none lies between two counts.
    """
    if highest <= 0:
        return (0.0, 1.0)
    rough = highest / _MOST_FIGURES
    scale = 10.0 ** math.floor(math.log10(rough))
    steps = (scale * one for one in _STEPS if scale * one >= rough * (1 - 1e-9))
    step = next((one for one in steps if not whole or one.is_integer()), 1.0)
    return tuple(round(step * place, 10) for place in range(math.ceil(highest / step - 1e-9) + 1))


def times(first_ms: int, last_ms: int) -> tuple[int, ...]:
    """Round times (UTC, Unix milliseconds) within the two, at most five."""
    wanted = (last_ms - first_ms) / _MOST_TIMES
    step = next((one for one in _TIME_STEPS_MS if one >= wanted), None)
    if step is None:
        step = math.ceil(wanted / _DAY_MS) * _DAY_MS
    return tuple(range(math.ceil(first_ms / step) * step, last_ms + 1, step))


def figure_text(value: float) -> str:
    """A figure with three significant digits: ``0``, ``0.25``, ``12``, ``1.5k``, ``3M``."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def time_text(at_ms: int, span_ms: int) -> str:
    """A time of an axis: its day if the axis is longer than two days, else hour and minute (UTC)."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at.day} {at:%b}" if span_ms > 2 * _DAY_MS else f"{at:%H:%M}"


def moment_text(at_ms: int) -> str:
    """A time in full, to the minute: ``21 Nov 04:00``."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at.day} {at:%b} {at:%H:%M}"
