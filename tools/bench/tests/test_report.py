"""Plots and tables that are made of kept figures, and the page of this project."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from winnow_bench.commands.bench import BENCHES
from winnow_bench.measures import number
from winnow_bench.report.chart import Bar, Bars, Line, Lines
from winnow_bench.report.command import PAGE, render
from winnow_bench.report.page import check_places, refresh, rows
from winnow_bench.report.svg import draw, ticks
from winnow_bench.results import KEPT
from winnow_contracts.errors import NotFound

ROOT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"
PLACE = "before\n<!-- figures: idle -->\nold\n<!-- end of figures -->\nafter\n"
RESULT = {
    "bench": "idle",
    "when": "2026-01-02T03:04:05+00:00",
    "conditions": {
        "processors": 2, "processor": "Some", "load": 1.5, "kernel": "6.1", "python": "3.11.7", "winnow": "0.1.0",
    },
    "figures": {"cpu_percent": 0.25, "spread": [0.1, 0.3]},
}  # fmt: skip


def words(svg: str) -> list[str]:
    return [found.text or "" for found in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_page_and_its_plots_are_what_the_kept_figures_make():
    for path, text in render(ROOT).items():
        assert path.read_text(encoding="utf-8") == text, f"{path} is old: run ./winnow bench report"
    plots = {path.stem for path in (ROOT / PAGE.with_suffix("")).iterdir()}
    assert plots <= {path.stem for path in (ROOT / KEPT).glob("*.json")}


def test_every_bench_is_named_in_the_page():
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert [name for name in BENCHES if f"`./winnow bench {name}`" not in page] == []


def test_figures_stand_between_the_markers_and_the_prose_stays():
    page = refresh(PLACE, {"idle": RESULT}, ["idle"])
    assert page.startswith("before\n<!-- figures: idle -->\n\n![idle](performance/idle.svg)\n")
    assert page.endswith("\n\n<!-- end of figures -->\nafter\n")
    assert "old" not in page
    assert "Seen 2026-01-02: 2 × Some, load 1.5" in page
    assert "| cpu percent | 0.25 |\n| spread | 0.1 to 0.3 |" in page
    assert refresh(page, {"idle": RESULT}, ["idle"]) == page


def test_a_place_without_kept_figures_says_so():
    assert "\nNo figures are kept.\n" in refresh(PLACE, {}, [])


def test_kept_figures_without_a_place_in_any_page_are_an_error():
    with pytest.raises(NotFound, match="No page has a place for the kept figures of memory"):
        check_places([PLACE, "other"], ["idle", "memory"])


def test_a_kept_file_that_is_no_result_is_an_error(tmp_path):
    (tmp_path / KEPT).mkdir(parents=True)
    (tmp_path / KEPT / "idle.json").write_text(json.dumps({"bench": "idle"}))
    with pytest.raises(NotFound, match=r"idle.json has no 'conditions'"):
        render(tmp_path)


def test_names_of_figures_say_the_way_to_them_and_long_lists_stay_in_the_file():
    figures = {"a": {"b_ms": 1234.5}, "ways": [{"name": "slow", "ms": 2}], "windows": [{"n": 1}] * 50, "on": "x"}
    assert list(rows(figures)) == [
        ("a, b ms", "1,234"),
        ("slow, ms", "2"),
        ("windows", "50 values, in the kept file"),
        ("on", "x"),
    ]


def test_bars_are_as_long_as_their_values_and_labelled_with_units():
    bars = [Bar(label="ours", value=10, ours=True), Bar(label="theirs", value=40, ours=False)]
    svg = draw(Bars(title="A < B", axis="jobs a second", bars=bars))
    long = [float(found.get("width", 0)) for found in ElementTree.fromstring(svg).iter(f"{SVG}rect")]
    assert long[1] == pytest.approx(4 * long[0], abs=0.5)
    assert {"A < B", "jobs a second", "ours", "theirs"} <= set(words(svg))


def test_lines_go_through_their_points_and_both_axes_are_named():
    line = Line(label="database", points=[(0, 0), (5, 10), (10, 5)])
    svg = draw(Lines(title="Flat", x_axis="jobs", y_axis="MiB", lines=[line]))
    (drawn,) = ElementTree.fromstring(svg).iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in drawn.get("points", "").split()]
    assert points[0][0] < points[1][0] < points[2][0]
    assert points[1][1] < points[2][1] < points[0][1]  # up is less in SVG
    assert {"Flat", "jobs", "MiB", "database"} <= set(words(svg))


def test_the_same_chart_is_drawn_the_same():
    chart = Bars(title="T", axis="ms", bars=[Bar(label="a", value=1 / 3, ours=True)])
    assert draw(chart) == draw(chart)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.0541, "0.0541"), (1.5, "1.5"), (98.76, "98.8"), (1234.5, "1,234"), (2e4, "20,000")]
)
def test_a_figure_has_three_digits_that_count(value, text):
    assert number(value) == text


def test_ticks_are_round_and_few():
    assert ticks(47) == [0, 10, 20, 30, 40]
    assert list(ticks(0.3)) == pytest.approx([0, 0.1, 0.2, 0.3])
    assert len(ticks(1_000_000)) == 6
