"""A container's processors are those of its limit and not the machine's."""

import os
from pathlib import Path

import pytest

from winnow_base.cores import usable_cores


@pytest.mark.parametrize(
    ("told", "cores"), [("max 100000", 8), ("150000 100000", 2), ("20000 100000", 1), ("3200000 100000", 8)]
)
def test_a_limit_counts_in_whole_processors_and_no_more_than_there_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str, cores: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)))
    quota = tmp_path / "cpu.max"
    quota.write_text(f"{told}\n")
    assert usable_cores(quota) == cores


def test_without_a_limit_all_that_the_process_may_run_on_count(tmp_path: Path) -> None:
    assert usable_cores(tmp_path / "none") == len(os.sched_getaffinity(0))
