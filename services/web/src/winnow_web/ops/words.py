"""Formats what only operators read: how long ago, plain numbers, dollars."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def ago(instant: str | None) -> str:
    """Formats how long ago an RFC 3339 instant was: ``40 s``, ``12 min``, ``3 h``, ``2 d``; empty without one."""
    if not instant:
        return ""
    seconds = max(0, int((datetime.now(UTC) - datetime.fromisoformat(instant)).total_seconds()))
    return span(seconds)


def span(seconds: float) -> str:
    """Formats a length of time in its largest whole unit."""
    for unit_seconds, unit in _UNITS:
        if seconds >= 2 * unit_seconds:
            return f"{int(seconds // unit_seconds)} {unit}"
    return f"{int(seconds)} s"


def count(value: int | None) -> str:
    """Formats a number with its thousands apart; an unknown one as ``?``."""
    return "?" if value is None else f"{value:,}"


def dollars(value: float | None) -> str:
    """Formats US dollars, small sums with more digits; ``no price`` for what has none."""
    if value is None:
        return "no price"
    return f"${value:,.2f}" if value >= 1 or value == 0 else f"${value:.4f}"


def percent(share: float | None) -> str:
    """Formats a share from 0 to 1 with as many digits as tell it from 0; an unknown one as a dash."""
    if share is None:
        return "–"
    return f"{share * 100:.1f} %" if share == 0 or share >= 0.01 else f"{share * 100:.2g} %"


FILTERS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "span": span,
    "count_text": count,
    "dollars": dollars,
    "percent": percent,
}
"""The functions that operators' templates may call, by name."""
