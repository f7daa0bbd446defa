"""Draws charts as SVG. The same chart always becomes the same text; its colours can be read on white and on dark."""

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from winnow_bench.measures import number
from winnow_bench.report.chart import Bars, Chart, Lines

_WIDTH, _LEFT, _RIGHT, _TOP = 760, 240, 90, 44
_BAR, _GAP, _FOOT, _HEIGHT = 22, 10, 34, 240
_INK, _OURS, _THEIRS = "#767676", "#2f81f7", "#c4741a"
"""Middle tones: each has a contrast of four and more to white and to black."""
_COLOURS = (_OURS, _THEIRS, "#3a9150")
_STEPS = (1, 2, 2.5, 5, 10)
_MOST_TICKS = 5


def draw(chart: Chart) -> str:
    """The chart as an SVG document."""
    match chart:
        case Bars():
            height = _TOP + len(chart.bars) * (_BAR + _GAP) + _FOOT
            return _document(chart.title, height, _bars(chart, height - _FOOT))
        case Lines():
            return _document(chart.title, _TOP + _HEIGHT + _FOOT + 10, _lines(chart))


def ticks(most: float) -> Sequence[float]:
    """Round numbers from zero to ``most``, at most six."""
    rough = most / _MOST_TICKS
    scale = 10 ** math.floor(math.log10(rough))
    step = next(scale * one for one in _STEPS if scale * one >= rough)
    return [step * place for place in range(math.floor(most / step + 1e-9) + 1)]


def _bars(chart: Bars, foot: float) -> Iterator[str]:
    scale = (_WIDTH - _LEFT - _RIGHT) / chart.most
    for tick in ticks(chart.most):
        yield from _upright(_LEFT + tick * scale, foot, number(tick))
    for place, bar in enumerate(chart.bars):
        top = _TOP + place * (_BAR + _GAP)
        colour = _OURS if bar.ours else _THEIRS
        yield f'<rect x="{_LEFT}" y="{top}" width="{bar.value * scale:.1f}" height="{_BAR}" fill="{colour}"/>'
        yield _text(_LEFT - 8, top + 16, bar.label, "end")
        yield _text(_LEFT + bar.value * scale + 6, top + 16, number(bar.value), "start")
    yield _text((_LEFT + _WIDTH - _RIGHT) / 2, foot + 30, chart.axis, "middle")


def _lines(chart: Lines) -> Iterator[str]:
    left, right, foot = 60, 150, _TOP + _HEIGHT
    most_x, most_y = chart.most
    x_scale, y_scale = (_WIDTH - left - right) / most_x, _HEIGHT / most_y
    for tick in ticks(most_x):
        yield from _upright(left + tick * x_scale, foot, number(tick))
    for tick in ticks(most_y):
        level = foot - tick * y_scale
        yield f'<line x1="{left}" y1="{level:.1f}" x2="{_WIDTH - right}" y2="{level:.1f}" class="grid"/>'
        yield _text(left - 6, level + 4, number(tick), "end")
    for line, colour in zip(chart.lines, _COLOURS, strict=False):
        points = " ".join(f"{left + x * x_scale:.1f},{foot - y * y_scale:.1f}" for x, y in line.points)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield _text(_WIDTH - right + 8, foot - line.points[-1][1] * y_scale + 4, line.label, "start", colour)
    yield _text((left + _WIDTH - right) / 2, foot + 34, chart.x_axis, "middle")
    yield _text(8, _TOP - 8, chart.y_axis, "start")


def _upright(x: float, foot: float, label: str) -> Iterator[str]:
    yield f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{foot:.1f}" class="grid"/>'
    yield _text(x, foot + 15, label, "middle")


def _text(x: float, y: float, words: str, anchor: str, colour: str = _INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _document(title: str, height: float, drawn: Iterator[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
            f"<title>{escape(title)}</title>",
            "<style>text { font: 12px sans-serif } .title { font: bold 15px sans-serif }"
            f" .grid {{ stroke: {_INK}; stroke-opacity: 0.3 }}</style>",
            f'<text x="8" y="20" class="title" fill="{_INK}">{escape(title)}</text>',
            *drawn,
            "</svg>\n",
        ]
    )
