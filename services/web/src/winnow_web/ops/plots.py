"""Plots over time as values: what is plotted, and its drawing, which ``web/ops/plots.html`` writes as SVG."""

from dataclasses import dataclass
from typing import Literal

WIDTH, HEIGHT = 360, 190
"""The size of a drawing in its own units; a phone shows it in about as many pixels."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line, area or row of bars: a value for each time of its plot; None where nothing was measured."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Series over the same times (Unix milliseconds, rising).

    ``name`` is unique on the page; ``unit`` is what the values are, such as ``tasks a minute``. Areas and bars are
    stacked in the order of the series, and None counts as 0 there; a line has a gap.
    """

    name: str
    title: str
    unit: str
    times_ms: tuple[int, ...]
    series: tuple[Series, ...]
    shape: Literal["line", "area", "bars"] = "line"


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A mark of an axis: its place in units of the drawing, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One series as drawn: the data of its SVG path, and its number, which gives it colour and dash."""

    label: str
    number: int
    path: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A plot in units of the drawing. ``about`` says what is to be seen; without ``marks`` nothing was measured."""

    plot: Plot
    about: str
    marks: tuple[Mark, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    left: float
    right: float
    top: float
    foot: float
    width: int = WIDTH
    height: int = HEIGHT
