"""Finished jobs that go through one journal with a small cap."""

import sqlite3
from contextlib import closing

import pytest

from winnow_bench.growth.command import measure
from winnow_bench.growth.figures import Growth, Window, table
from winnow_bench.growth.journal_work import JournalWork
from winnow_bench.growth.paced_clock import PacedClock

MIB = 1 << 20


def window(cpu_ms: float, database_bytes: int) -> Window:
    return Window(jobs=10, cpu_ms=cpu_ms, wall_ms=2 * cpu_ms, database_bytes=database_bytes, wal_bytes=1)


def count(work: JournalWork, question: str) -> int:
    with closing(sqlite3.connect(work.journal.path)) as connection:
        ((found,),) = connection.execute(f"SELECT count(*) FROM {question}").fetchall()
    return int(found)


@pytest.fixture
def make_work(tmp_path):
    made = []

    def make(cap_bytes: int, per_second: int) -> JournalWork:
        made.append(JournalWork(tmp_path, cap_bytes=cap_bytes, per_second=per_second))
        return made[-1]

    yield make
    for work in made:
        work.close()


def test_a_journal_with_a_small_cap_takes_more_jobs_than_it_can_hold_and_never_stops(tmp_path):
    found = measure(
        tmp_path, jobs=4_000, cap_bytes=4 * MIB, per_second=20, progress=lambda line: None, window_jobs=1_000
    )
    assert found.stops == 0
    assert [one.jobs for one in found.windows] == [1_000] * 4
    assert max(one.database_bytes for one in found.windows) < 4 * MIB
    assert all(one.cpu_ms > 0 for one in found.windows)


def test_every_job_ends_and_its_command_goes_once_index_keeps_it(make_work):
    work = make_work(64 * MIB, 20)
    work.run(300)
    assert count(work, "task_wal WHERE state = 'completed'") == 300
    # The last look of the pruner was at most five seconds of work ago.
    assert count(work, "outbox WHERE kind = 'command'") <= 5 * 20 + 64
    assert count(work, "outbox WHERE kind = 'command' AND confirmed_ms IS NULL") == 0


def test_a_journal_that_is_written_faster_than_it_is_looked_at_counts_as_stopped(make_work):
    work = make_work(MIB, 1_000)
    work.run(2_000)
    assert work.stops > 0


def test_the_clock_goes_on_with_the_jobs():
    clock = PacedClock(50)
    began_ms = clock()
    clock.pass_jobs(100)
    assert clock() == began_ms + 2_000


def test_the_ratio_is_the_last_window_over_the_first_and_sizes_are_compared_by_halves():
    windows = (window(1.0, 3 * MIB), window(2.0, 8 * MIB), window(1.2, 5 * MIB))
    found = Growth(jobs=30, cap_bytes=16 * MIB, per_second=50, stops=0, windows=windows)
    assert found.cpu_ratio == 1.2
    assert found.wall_ratio == 1.2
    assert found.largest_bytes == (8 * MIB + 1, 5 * MIB + 1)
    assert "CPU 1.2, wall 1.2" in table(found)
    assert table(found).splitlines()[2].split() == ["10", "1.000", "2.000", "3.0", "0.0"]
