"""The bench of delays: its figures, its table, and a short run of both sides."""

from pathlib import Path

import pytest

from winnow_bench.delays.command import measure
from winnow_bench.delays.figures import lateness, table


def test_a_delay_that_was_not_seen_to_end_is_counted_and_in_no_median() -> None:
    found = lateness([1.5, None, 1.1, 2.0], 1.0)
    assert (found.tried, found.unseen, found.median_seconds, found.most_seconds) == (4, 1, 0.5, 1.0)
    assert "1 of 4 did not end within 20 s" in table({"Winnow": found}, far=10, limit_seconds=20)


def test_a_side_of_which_no_delay_ended_has_no_figures() -> None:
    found = lateness([None, None], 1.0)
    assert (found.median_seconds, found.most_seconds) == (None, None)
    line = table({"stock Dramatiq": found}, far=10, limit_seconds=5).splitlines()[-1]
    assert line.split() == ["stock", "Dramatiq", "-", "-", *["2", "of", "2", "did", "not", "end", "within", "5", "s"]]


@pytest.mark.real
@pytest.mark.timeout(300)
def test_neither_side_runs_a_near_delay_early(tmp_path: Path) -> None:
    found = measure(tmp_path, far=20, near=1, limit_seconds=100, progress=lambda line: None)
    assert found.keys() == {"stock Dramatiq", "Winnow"}
    for one in found.values():
        assert one.unseen == 0
        assert one.most_seconds is not None
        assert one.most_seconds >= 0
