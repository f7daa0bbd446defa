"""Draws plots: values become places. The same plot always becomes the same drawing."""

from collections.abc import Callable, Sequence

from winnow_web.ops.plot_axes import figure_text, figures, moment_text, time_text, times
from winnow_web.ops.plots import HEIGHT, WIDTH, Drawing, Mark, Plot, Tick

_LEFT, _RIGHT, _TOP, _FOOT = 40.0, WIDTH - 12.0, 10.0, HEIGHT - 22.0
_BAR_SHARE = 0.8
"""How much of its place a bar fills."""
_DASH = "h-3h6"
"""From a lone value of a line to both sides."""

Place = Callable[[float], float]


def draw(plot: Plot) -> Drawing:
    """Returns the drawing of a plot, whose marks are empty if no value was measured."""
    measured = any(value is not None for series in plot.series for value in series.values)
    if not plot.times_ms or not measured:
        return _drawing(plot, (), "Nothing was measured in this time.", (), ())
    layers = _layers(plot)
    values = [value for layer in layers for value in layer if value is not None]
    levels = figures(max(values), whole=all(float(value).is_integer() for value in values))

    def y(value: float) -> float:
        return _FOOT - (_FOOT - _TOP) * value / levels[-1]

    first_ms, last_ms, x = _across(plot)
    floors = [(0.0,) * len(plot.times_ms), *layers] if plot.shape != "line" else layers
    marks = tuple(
        Mark(label=series.label, number=number, path=_path(plot, floors[number], layer, x, y))
        for number, (series, layer) in enumerate(zip(plot.series, layers, strict=True))
    )
    span_ms = last_ms - first_ms
    return _drawing(
        plot,
        marks,
        _about(plot),
        tuple(Tick(at=round(x(at), 1), label=time_text(at, span_ms)) for at in times(first_ms, last_ms)),
        tuple(Tick(at=round(y(level), 1), label=figure_text(level)) for level in levels),
    )


def _layers(plot: Plot) -> list[tuple[float | None, ...]]:
    """The upper edge of each series: its values, or the sums up to it where they are stacked."""
    if plot.shape == "line":
        return [series.values for series in plot.series]
    layers: list[tuple[float | None, ...]] = []
    below: Sequence[float] = (0.0,) * len(plot.times_ms)
    for series in plot.series:
        below = tuple(under + (value or 0.0) for under, value in zip(below, series.values, strict=True))
        layers.append(tuple(below))
    return layers


def _across(plot: Plot) -> tuple[int, int, Place]:
    """The first and last time of the axis, and the place of a time. Bars need half a place more on both sides."""
    first, last = plot.times_ms[0], plot.times_ms[-1]
    if plot.shape == "bars":
        half = (last - first) // max(1, len(plot.times_ms) - 1) // 2 or 30_000
        first, last = first - half, last + half
    if first == last:
        first, last = first - 30_000, last + 30_000
    return first, last, lambda at: _LEFT + (_RIGHT - _LEFT) * (at - first) / (last - first)


def _path(plot: Plot, floor: Sequence[float | None], edge: Sequence[float | None], x: Place, y: Place) -> str:
    match plot.shape:
        case "line":
            return _line(plot.times_ms, edge, x, y)
        case "area":
            upper = [f"{_round(x(at))},{_round(y(top or 0))}" for at, top in zip(plot.times_ms, edge, strict=True)]
            lower = [f"{_round(x(at))},{_round(y(low or 0))}" for at, low in zip(plot.times_ms, floor, strict=True)]
            return f"M{' L'.join([*upper, *reversed(lower)])} Z"
        case "bars":
            wide = _BAR_SHARE * (_RIGHT - _LEFT) / len(plot.times_ms)
            bars = zip(plot.times_ms, floor, edge, strict=True)
            return "".join(_bar(x(at) - wide / 2, wide, y(low or 0), y(top or 0)) for at, low, top in bars)


def _line(times_ms: Sequence[int], values: Sequence[float | None], x: Place, y: Place) -> str:
    """A line with gaps. A value between two gaps is a short dash."""
    pieces = []
    before: float | None = None
    for at, value, after in zip(times_ms, values, [*values[1:], None], strict=True):
        if value is not None:
            alone = before is None and after is None
            place = f"{_round(x(at))},{_round(y(value))}"
            pieces.append(f"{'M' if before is None else 'L'}{place}{_DASH if alone else ''}")
        before = value
    return " ".join(pieces)


def _bar(left: float, wide: float, low: float, top: float) -> str:
    return f"M{_round(left)},{_round(low)}V{_round(top)}h{_round(wide)}V{_round(low)}Z" if low > top else ""


def _about(plot: Plot) -> str:
    """What is to be seen, for those who do not see it."""
    said = [f"From {moment_text(plot.times_ms[0])} to {moment_text(plot.times_ms[-1])} UTC, {plot.unit}."]
    for series in plot.series:
        known = [value for value in series.values if value is not None]
        told = (
            f"lowest {figure_text(min(known))}, highest {figure_text(max(known))}, last {figure_text(known[-1])}"
            if known
            else "not measured"
        )
        said.append(f"{series.label}: {told}.")
    return " ".join(said)


def _round(place: float) -> str:
    return f"{place:.1f}".removesuffix(".0")


def _drawing(
    plot: Plot, marks: tuple[Mark, ...], about: str, x_ticks: tuple[Tick, ...], y_ticks: tuple[Tick, ...]
) -> Drawing:
    return Drawing(
        plot=plot,
        about=about,
        marks=marks,
        x_ticks=x_ticks,
        y_ticks=y_ticks,
        left=_LEFT,
        right=_RIGHT,
        top=_TOP,
        foot=_FOOT,
    )
