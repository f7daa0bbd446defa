"""Memory and processor of one worker process, beside a stock one's."""

import pytest

from winnow_bench import idle
from winnow_bench.memory import command, figures
from winnow_bench.memory.figures import Drain, compare

MB = 1_000_000


def drain(before: int, peak: int, after: int) -> Drain:
    return Drain(before_bytes=before * MB, peak_bytes=peak * MB, after_bytes=after * MB)


def test_memory_is_the_median_of_drains_and_its_ratio_that_of_peaks_in_the_same_round():
    ours = [drain(50, 60, 55), drain(52, 80, 56), drain(51, 90, 57)]
    stock = [drain(30, 30, 30), drain(30, 20, 30), drain(30, 30, 30)]
    found = compare({"Winnow": ours, "stock": stock}, {"Winnow": 1, "stock": 2}, tasks=7)
    assert found.sides["Winnow"].before_bytes == 51 * MB
    assert found.sides["Winnow"].peak_bytes == 80 * MB
    assert (found.ratio, found.ratio_spread) == (3.0, (2.0, 4.0))
    assert figures.table(found).splitlines()[2].split() == ["Winnow", "1", "51.0", "80.0", "56.0"]


@pytest.mark.real
@pytest.mark.timeout(600)
def test_both_workers_drain_their_queues_and_are_looked_at_meanwhile(tmp_path):
    found = command.measure(tmp_path, tasks=200, rounds=1, progress=lambda line: None)
    assert found.sides[command.WINNOW].processes == 1
    assert found.sides[command.STOCK].processes >= 1
    assert all(one.peak_bytes >= one.before_bytes > 10 * MB for one in found.sides.values())


@pytest.mark.real
@pytest.mark.timeout(600)
def test_both_workers_are_looked_at_over_the_same_time_while_they_are_idle(tmp_path):
    found = idle.measure(tmp_path, seconds=5, rounds=1, progress=lambda line: None)
    assert list(found) == [idle.WINNOW, idle.STOCK]
    assert all(0 <= one.cpu_percent < 100 and one.pss_bytes > 10 * MB for one in found.values())
    assert idle.table(found).splitlines()[1].startswith("Winnow")
