"""Plots: round axes, true places, gaps, and words for who does not see them."""

import re

import pytest

from winnow_web.ops.plot_axes import figure_text, figures, times
from winnow_web.ops.plot_drawing import draw
from winnow_web.ops.plots import Drawing, Plot, Series

HOUR_MS = 3_600_000
FIRST_MS = 1_780_000_200_000 // HOUR_MS * HOUR_MS


def plot(shape: str, *rows: tuple[float | None, ...]) -> Plot:
    series = tuple(Series(label=f"row {number}", values=values) for number, values in enumerate(rows))
    times_ms = tuple(FIRST_MS + n * HOUR_MS for n in range(len(rows[0])))
    return Plot(name="p", title="T", unit="tasks", times_ms=times_ms, series=series, shape=shape)  # type: ignore[arg-type]


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML ]([\d.]+),([\d.]+)", path)]


def level(drawing: Drawing, label: str) -> float:
    return next(tick.at for tick in drawing.y_ticks if tick.label == label)


@pytest.mark.parametrize(
    ("highest", "wanted"), [(0, (0, 1)), (4, (0, 1, 2, 3, 4)), (7, (0, 2, 4, 6, 8)), (0.3, (0, 0.1, 0.2, 0.3))]
)
def test_figures_of_an_axis_are_round_and_reach_the_highest(highest: float, wanted: tuple[float, ...]) -> None:
    assert figures(highest) == wanted


@pytest.mark.parametrize("highest", [1e-6, 0.07, 1, 9.99, 10, 101, 12_345, 9e9])
def test_an_axis_has_few_figures_and_its_end_is_near_the_highest(highest: float) -> None:
    found = figures(highest)
    assert 2 <= len(found) <= 6
    assert highest <= found[-1] * (1 + 1e-9) < 2 * highest + 1e-9


@pytest.mark.parametrize("span_ms", [60_000, HOUR_MS, 25 * HOUR_MS, 30 * 24 * HOUR_MS, 900 * 24 * HOUR_MS])
def test_times_of_an_axis_are_within_it_and_few(span_ms: int) -> None:
    found = times(FIRST_MS + 17, FIRST_MS + 17 + span_ms)
    assert 1 <= len(found) <= 5
    assert all(FIRST_MS + 17 <= at <= FIRST_MS + 17 + span_ms for at in found)


def test_figures_are_short() -> None:
    assert [figure_text(one) for one in (0, 0.25, 12, 1500, 3_000_000)] == ["0", "0.25", "12", "1.5k", "3M"]


def test_a_line_goes_through_its_values_and_stops_where_nothing_was_measured() -> None:
    drawing = draw(plot("line", (0, 4, None, 2)))
    (mark,) = drawing.marks
    assert mark.path.count("M") == 2
    assert [y for _, y in points(mark.path)] == [drawing.foot, level(drawing, "4"), level(drawing, "2")]
    assert [x for x, _ in points(mark.path)][::2] == [drawing.left, drawing.right]


def test_areas_and_bars_stand_on_each_other() -> None:
    area = draw(plot("area", (1, 1), (3, 2)))
    upper = points(area.marks[1].path)[:2]
    assert [y for _, y in upper] == [level(area, "4"), level(area, "3")]
    bars = draw(plot("bars", (1, 0), (3, 2)))
    first, second = re.findall(r"M[\d.]+,([\d.]+)V([\d.]+)", bars.marks[1].path)
    assert (float(first[0]), float(first[1])) == (level(bars, "1"), level(bars, "4"))
    assert (float(second[0]), float(second[1])) == (bars.foot, level(bars, "2"))


def test_bars_stay_within_the_drawing() -> None:
    drawing = draw(plot("bars", (1, 2, 3)))
    for left, wide in re.findall(r"M([\d.]+),[\d.]+V[\d.]+h([\d.]+)", drawing.marks[0].path):
        assert drawing.left <= float(left) < float(left) + float(wide) <= drawing.right


def test_one_measured_time_is_drawn_too() -> None:
    assert points(draw(plot("line", (3,))).marks[0].path)
    assert draw(plot("bars", (3,))).marks[0].path


def test_nothing_measured_is_said_instead_of_drawn() -> None:
    for rows in (((None, None),), ((),)):
        drawing = draw(plot("line", *rows))
        assert drawing.marks == ()
        assert drawing.about == "Nothing was measured in this time."


def test_a_plot_is_told_in_words() -> None:
    about = draw(plot("line", (1, 12, None, 3), (None,) * 4)).about
    assert "row 0: lowest 1, highest 12, last 3." in about
    assert "row 1: not measured." in about


def test_the_same_plot_becomes_the_same_drawing() -> None:
    assert draw(plot("area", (1, 2), (0.1, 0.7))) == draw(plot("area", (1, 2), (0.1, 0.7)))


@pytest.mark.parametrize(
    ("highest", "wanted"), [(1, (0, 1)), (2, (0, 1, 2)), (9, (0, 5, 10)), (40, (0, 10, 20, 30, 40))]
)
def test_counts_are_marked_by_whole_figures(highest: int, wanted: tuple[int, ...]) -> None:
    assert figures(highest, whole=True) == wanted


def test_a_lone_value_of_a_line_is_wide_enough_to_be_seen() -> None:
    drawing = draw(plot("line", (None, 4, None)))
    (mark,) = drawing.marks
    assert mark.path.endswith("h-3h6")
