"""The bench of recordings: its films, what its script leaves behind, and what is made of a job's events."""

import subprocess
import sys
from pathlib import Path

import pytest

from winnow_bench.pipeline import bare_script
from winnow_bench.pipeline.command import measure
from winnow_bench.pipeline.figures import STAGES, Round, compare, stage_times, table
from winnow_bench.pipeline.recordings import Recordings
from winnow_harness.fixtures.endpoint import FakeEndpoint


def test_the_script_does_the_work_of_films_that_all_sound_different(tmp_path: Path) -> None:
    films = Recordings(tmp_path / "films").make(2)
    endpoint = FakeEndpoint()
    endpoint.start()
    subprocess.run((sys.executable, "-m", bare_script.__name__, endpoint.url, *map(str, films)), check=True)
    endpoint.stop()
    assert len({one.name for one in endpoint.purchases if one.kind == "piece"}) == 2
    assert sorted(one.kind for one in endpoint.purchases) == ["piece", "piece", "text", "text"]
    for film in films:
        for suffix in (".flac", ".poster.jpg", ".thumbnail.jpg", ".json"):
            assert film.with_suffix(suffix).stat().st_size > 0, suffix


def test_a_stage_counts_its_last_attempt_and_the_rest_is_waiting() -> None:
    events = [
        {"kind": kind, "actor": actor, "at_ms": place * 100 + after}
        for place, actor in enumerate(STAGES.values())
        for kind, after in (("started", 0), ("completed", 60))
    ]
    again = {"kind": "started", "actor": STAGES["store"], "at_ms": 420}
    found = stage_times([*events, again])
    assert stage_times(events[:-1]) == {}
    assert found == {"check": 60, "extract": 60, "transcribe": 60, "embed": 60, "store": 40, "between stages": 180}


def test_ratios_are_taken_within_a_round() -> None:
    stages = dict.fromkeys((*STAGES, "between stages"), 1.0)
    ours = [Round(recordings=10, seconds=s, cpu_ms={"media": 30.0, "ai": 10.0}, stage_ms=stages) for s in (4.0, 8.0)]
    script = [Round(recordings=10, seconds=s, cpu_ms={"script": 20.0}, stage_ms={}) for s in (2.0, 4.0)]
    found = compare(ours, script)
    assert (found.ratio, found.ratio_spread, found.cpu_ratio) == (0.5, (0.5, 0.5), 2.0)
    assert list(found.stage_ms) == [*STAGES, "between stages"]
    assert "ratio 0.5 (0.5 to 0.5)" in table(found)


@pytest.mark.real
@pytest.mark.timeout(400)
def test_both_sides_take_the_same_kind_of_recordings_in_turn(tmp_path: Path) -> None:
    found = measure(tmp_path, recordings=2, rounds=1, progress=lambda line: None)
    assert found.recordings == 2
    assert found.per_second > 0
    assert found.cpu_ms["media"] > 0
    assert found.script_cpu_ms["script, with ffmpeg"] > 0
    assert all(found.stage_ms[stage] > 0 for stage in STAGES)
