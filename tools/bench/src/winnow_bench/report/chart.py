"""What a plot shows, before it is drawn: bars of one unit, or lines over a common axis."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: how long it is in the chart's unit. ``ours`` bars have a colour of their own."""

    label: str
    value: float
    ours: bool


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Horizontal bars below a ``title`` that says the finding; ``axis`` says what they measure, with its unit."""

    title: str
    axis: str
    bars: Sequence[Bar]

    @property
    def most(self) -> float:
        """The longest bar's value."""
        return max(bar.value for bar in self.bars)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: a point ``(x, y)`` after another, by rising x."""

    label: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Lines over a common horizontal axis, both from zero."""

    title: str
    x_axis: str
    y_axis: str
    lines: Sequence[Line]

    @property
    def most(self) -> tuple[float, float]:
        """The largest x and the largest y of all lines."""
        points = [point for line in self.lines for point in line.points]
        return max(x for x, _ in points), max(y for _, y in points)


Chart = Bars | Lines
