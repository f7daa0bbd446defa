"""What the benches of worker, latency, acceptance and delays share: marks, medians, processor time."""

import threading
import time
from pathlib import Path

import pytest

from winnow_bench.measures import medians, quantile, spent, spread
from winnow_bench.pair.marks import Marker, Marks
from winnow_contracts.errors import TimedOut
from winnow_harness.usage import Usage


def test_a_mark_has_the_first_time_at_which_its_name_was_noted(tmp_path: Path) -> None:
    marks, marker = Marks(tmp_path / "marks"), Marker(tmp_path / "marks")
    before_ns = time.monotonic_ns()
    marker.note("a")
    between_ns = time.monotonic_ns()
    marker.note("a")
    found = marks.wait(["a"], limit_seconds=5)
    assert before_ns <= found["a"] <= between_ns
    marks.close()


def test_half_a_line_is_read_when_its_rest_is_there(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "marks")
    with (tmp_path / "marks").open("a") as file:
        file.write("a 1\nb ")
        file.flush()
        assert marks.seen() == {"a": 1}
        file.write("2\n")
    assert marks.seen() == {"a": 1, "b": 2}
    marks.close()


def test_a_task_that_does_not_begin_is_told_of_with_how_many_lack(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "marks")
    Marker(tmp_path / "marks").note("a")
    with pytest.raises(TimedOut, match="2 of 3 tasks"):
        marks.wait(["a", "b", "c"], limit_seconds=0.05)
    marks.close()


def test_marks_of_several_threads_stay_whole(tmp_path: Path) -> None:
    marks, marker = Marks(tmp_path / "marks"), Marker(tmp_path / "marks")
    names = [[f"{thread}-{number}" for number in range(200)] for thread in range(4)]
    threads = [threading.Thread(target=lambda mine=mine: [marker.note(name) for name in mine]) for mine in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert marks.seen().keys() == {name for mine in names for name in mine}
    marks.close()


def test_processor_time_is_told_for_one_job_without_parts_that_used_none() -> None:
    before = {name: Usage(processes=1, cpu_seconds=1, pss_bytes=0) for name in ("idle", "worker", "broker")}
    after = {**before, "worker": Usage(processes=1, cpu_seconds=3, pss_bytes=0)}
    after["broker"] = Usage(processes=1, cpu_seconds=1.5, pss_bytes=0)
    assert spent(before, after, 1_000) == {"worker": 2.0, "broker": 0.5}


def test_a_part_that_a_round_lacks_counts_as_nothing() -> None:
    assert medians([{"a": 1.0}, {"a": 3.0, "b": 6.0}, {"b": 8.0}]) == {"b": 6.0, "a": 1.0}


def test_quantiles_and_spreads_are_of_values_that_were_seen() -> None:
    values = [float(number) for number in range(100)]
    assert (quantile(values, 0.5), quantile(values, 0.99), quantile([], 0.5)) == (50.0, 99.0, 0.0)
    assert spread([3.0, 1.0, 2.0]) == (1.0, 3.0)
