"""The bench of tracking: its ratios, its table, and a short run of each way."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from winnow_bench.tracking.command import measure
from winnow_bench.tracking.figures import FULL, OUTCOME, UNSHIPPED, Drain, compare, table


def test_each_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    def drain(per_second: float, worker_ms: float) -> Drain:
        return Drain(jobs=100, seconds=100 / per_second, cpu_ms={"worker": worker_ms, "postgres": 1.0})

    rounds = [
        {FULL: drain(80 * speed, 3), OUTCOME: drain(90 * speed, 2), UNSHIPPED: drain(100 * speed, 1)}
        for speed in (1, 2, 5)
    ]
    found = compare(rounds)
    assert [one.ratio for one in found.ways.values()] == [0.8, 0.9, 1.0]
    assert [one.cpu_ratio for one in found.ways.values()] == [2.0, 1.5, 1.0]
    assert found.ways[FULL].per_second == 160
    assert "full                    160.0     0.8 (0.8 to 0.8)" in table(found)


@pytest.mark.real
@pytest.mark.timeout(300)
def test_each_way_is_drained_in_turn_and_one_worker_tells_index_nothing(tmp_path: Path) -> None:
    found = measure(tmp_path, jobs=40, rounds=1, progress=lambda line: None)
    assert (found.jobs, list(found.ways)) == (40, [FULL, OUTCOME, UNSHIPPED])
    for one in found.ways.values():
        assert one.per_second > 0
        assert one.cpu_ms["worker"] > 0
    assert applied_seq(tmp_path / "shipping") > 0
    assert applied_seq(tmp_path / "unshipped") == 0


def applied_seq(home: Path) -> int:
    """The number up to which index has stored the events of a worker's journal."""
    with closing(sqlite3.connect(next(home.rglob("journal.db")))) as journal:
        found = journal.execute("SELECT value FROM journal_meta WHERE name = 'applied_seq'").fetchone()
    return int(found[0]) if found else 0
