"""The bench of preparing: its film, its table, and its memory figures."""

import os
import subprocess
from pathlib import Path

import pytest

from winnow_bench.prepare.command import Turn, table
from winnow_bench.prepare.process_memory import ProcessMemory
from winnow_bench.prepare.video import bare_ffmpeg, make_video


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_the_film_has_the_size_that_was_asked_for_and_its_sound_can_be_taken_out(name: str, tmp_path: Path) -> None:
    video = make_video(tmp_path / name, 45)
    assert video.stat().st_size == pytest.approx(45e6, rel=0.15)
    assert list(tmp_path.iterdir()) == [video]
    bare_ffmpeg(video, tmp_path / "a.flac")
    line = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(tmp_path / "a.flac")]
    assert float(subprocess.run(line, capture_output=True, check=True).stdout) == pytest.approx(20, abs=1)


def test_the_table_sets_preparing_against_the_sum_of_the_tools() -> None:
    turns = [Turn(ffmpeg=1, put=8, get=1, prepare=5), Turn(ffmpeg=1, put=8, get=1, prepare=15)]
    shown = table(turns, 500_000_000, 20_000_000)
    assert "| put | 8.00 | 8.00 | 8.00 |" in shown
    assert "| prepare / (ffmpeg + put + get) | 0.50 | 1.50 | 1.00 |" in shown
    assert shown.endswith("The worker's memory rose by 20 MB above idle, on 500 MB.")


def test_the_memory_that_a_process_had_stays_known_when_it_is_given_back() -> None:
    memory = ProcessMemory(os.getpid())
    before = memory.now_bytes()
    block = bytearray(os.urandom(1 << 20) * 300)
    assert memory.now_bytes() > before + (250 << 20)
    del block
    assert memory.peak_bytes() > before + (250 << 20)
    assert memory.now_bytes() < before + (150 << 20)
