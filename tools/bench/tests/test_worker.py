"""The bench of one worker: its ratio, its table, and a short run of both sides."""

from pathlib import Path

import pytest

from winnow_bench.worker.command import measure
from winnow_bench.worker.figures import Drain, compare, table


def test_the_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    def drains(*rates: float) -> list[Drain]:
        return [Drain(tasks=1_000, seconds=1_000 / rate, cpu_ms={"worker": 2.0}) for rate in rates]

    found = compare(drains(100, 300, 500), drains(100, 100, 1_000))
    assert (found.per_second, found.stock_per_second) == (300, 100)
    assert (found.ratio, found.ratio_spread) == (1.0, (0.5, 3.0))
    assert (found.busy, found.stock_busy) == (0.6, 0.2)
    shown = table({"single tasks": found})
    assert "ratio 1.0 (0.5 to 3.0)" in shown
    assert "CPU ms a task, worker        2.000     2.000" in shown


@pytest.mark.real
@pytest.mark.timeout(300)
def test_both_workers_drain_single_tasks_and_chains_in_turn(tmp_path: Path) -> None:
    found = measure(tmp_path, tasks=60, rounds=1, history="applied", progress=lambda line: None)
    assert found.keys() == {"single tasks", "chains of three"}
    for one in found.values():
        assert one.tasks == 60
        assert one.per_second > 0
        assert one.ratio == pytest.approx(one.per_second / one.stock_per_second, rel=0.01, abs=0.001)
        assert one.cpu_ms["worker"] > 0
