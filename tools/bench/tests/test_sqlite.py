"""Commits in each mode of SQLite, and by the journal."""

import sqlite3
from contextlib import closing

import pytest

from winnow_bench.sqlite.command import compare, measure, table
from winnow_bench.sqlite.commits import WAYS


@pytest.mark.parametrize("name", WAYS)
def test_every_way_commits_as_many_rows_as_it_is_asked_for(name, tmp_path):
    WAYS[name](tmp_path, 20)
    (path,) = tmp_path.glob("*.db")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM commits").fetchone() == (20,)
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    assert mode == ("delete" if name.startswith("rollback") else "wal")


def test_ways_take_turns_in_an_empty_folder_each(tmp_path):
    seen = []

    def way(name):
        def commit(folder, commits):
            assert not any(folder.iterdir())
            (folder / "left").touch()
            seen.append((name, commits))

        return commit

    measure(tmp_path / "bench", {"a": way("a"), "b": way("b")}, commits=7, rounds=2)
    assert seen == [("a", 7), ("b", 7)] * 2
    assert not (tmp_path / "bench").exists()


def test_a_ratio_is_the_median_over_rounds_of_the_first_ways_time_by_this_ones():
    slow, fast = [(4.0, 1.0), (8.0, 1.0), (9.0, 1.0)], [(1.0, 0.5), (4.0, 0.5), (3.0, 0.7)]
    first, second = compare({"slow": slow, "fast": fast})
    assert (first.wall_ms, first.ratio) == (8.0, 1.0)
    assert (second.wall_ms, second.wall_ms_spread, second.cpu_ms, second.ratio) == (3.0, (1.0, 4.0), 0.5, 3.0)
    assert table([first, second]).splitlines()[2].split() == ["fast", "3.000", "1.000", "4.000", "0.500", "3.00"]
