"""What a rate would take: the arithmetic, the assumptions that stand elsewhere too, the page, and the command."""

import argparse
import json
import re
from pathlib import Path

import pytest

from winnow_bench.kept import read_kept
from winnow_bench.scale.command import add_arguments, run
from winnow_bench.scale.demand import BUSY, KEPT_DAYS, ceiling, of_hours, of_jobs
from winnow_bench.scale.page import refresh_scale
from winnow_bench.scale.unit_costs import PIECE_SECONDS, USD_A_MINUTE, UnitCosts, unit_costs
from winnow_contracts.errors import NotFound

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("gateway", "media", "ai", "index", "rabbitmq", "postgres", "s3")
COSTS = UnitCosts(
    cpu_ms=dict.fromkeys(PARTS, 7.0),
    commit_ms=0.5,
    command_bytes=1_000,
    history_bytes=4_000,
    recording_cpu_ms=700.0,
    media_share=0.1,
)


def test_a_hundred_jobs_take_a_hundred_times_their_unit_costs() -> None:
    found = of_jobs(100, COSTS)
    assert found["cores, all parts"] == pytest.approx(100 * 7 * 0.007 / BUSY)
    assert found["gateway, processes of one core"] == 1
    assert of_jobs(101, COSTS)["gateway, processes of one core"] == 2
    assert found["journal commits a second, all nodes"] == 400
    assert found["disks that so many commits keep busy"] == pytest.approx(0.2)
    assert found["network for commands, Mbit/s"] == pytest.approx(100 * 1_000 * 4 * 8 / 1e6)
    assert found[f"history of {KEPT_DAYS} days, GB"] == pytest.approx(100 * 4_000 * 86_400 * KEPT_DAYS / 1e9)


def test_a_day_of_24_recorded_hours_keeps_a_core_busy_by_the_share_of_its_length() -> None:
    found = of_hours(24, COSTS)
    assert found["cores for speech, model of one's own"] == pytest.approx(0.1 / BUSY)
    assert found["cores for ffmpeg, at most"] == pytest.approx(0.1 / BUSY)
    assert found["speech, US dollars a day at the example's price"] == pytest.approx(24 * 60 * USD_A_MINUTE)
    assert found["originals a year, TB"] == pytest.approx(24 * 365 / 1000)


def test_a_part_is_full_where_its_one_core_is() -> None:
    found = ceiling(COSTS)
    assert found["one core of postgres"] == pytest.approx(1000 / 7)
    assert found["one disk of a node that did all commits"] == pytest.approx(500)


def test_costs_are_those_of_the_kept_figures() -> None:
    kept = read_kept(ROOT)
    costs = unit_costs(kept)
    assert costs.cpu_ms == kept["tasks"]["figures"]["cpu_ms"]
    assert set(PARTS) <= costs.cpu_ms.keys()
    assert 500 < costs.command_bytes < 5_000
    with pytest.raises(NotFound, match="bench history"):
        unit_costs({name: one for name, one in kept.items() if name != "history"})


def test_what_is_assumed_is_what_the_settings_and_the_decision_say() -> None:
    example = (ROOT / "deploy/.env.example").read_text(encoding="utf-8")
    assert f'{{"a-model": {USD_A_MINUTE}}}' in example
    assert f"WINNOW_INDEX_RETENTION_DAYS={KEPT_DAYS}\n" in example
    settings = (ROOT / "services/ai/src/winnow_ai/settings.py").read_text(encoding="utf-8")
    assert f'"WINNOW_AI_PIECE_LIMIT_SECONDS", {PIECE_SECONDS}' in settings
    decision = (ROOT / "docs/decisions/0020-speech-in-windows.md").read_text(encoding="utf-8")
    assert re.search(r"\| 49 s \| 198 s \|.*\*\*19\.8 s\*\*", decision, re.S)


def test_every_file_that_the_page_would_change_is_there() -> None:
    page = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:libs|services|deploy)/[^`]+)`", page)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_tables_stand_between_the_markers() -> None:
    page = refresh_scale("before\n<!-- scale: jobs -->\nold\n<!-- end of scale -->\nafter\n", read_kept(ROOT))
    assert page.startswith(
        "before\n<!-- scale: jobs -->\n\n| | 1 jobs/s | 100 jobs/s | 10,000 jobs/s |\n|---|---|---|---|\n"
    )
    assert page.endswith("|\n\n<!-- end of scale -->\nafter\n")
    assert "old" not in page
    assert refresh_scale(page, read_kept(ROOT)) == page


def test_the_command_answers_for_a_rate_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    run(parser.parse_args(["--jobs-per-second", "2", "--root", str(ROOT), "--json"]))
    assert json.loads(capsys.readouterr().out)["jobs"]["jobs a day"] == 172_800
    run(parser.parse_args(["--hours-per-day", "3", "--root", str(ROOT)]))
    assert "| speech calls a day | 36 |" in capsys.readouterr().out
