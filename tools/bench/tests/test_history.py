"""Reads of operators over seeded history."""

import pytest

from winnow_bench.history.command import History, measure, table
from winnow_bench.history.filling import DAYS
from winnow_bench.history.reads import reads
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.duplicates import ListDuplicates, RepeatCause
from winnow_contracts.index_api.statistics import ReadStatistics
from winnow_contracts.index_api.tasks import ListTasks

ROWS = 20_000


def test_the_table_has_a_line_for_each_read():
    found = History(
        rows=1000, rounds=2, fill_seconds=3.5, sum_seconds=2, database_bytes=4 * 10**9, reads_ms={"tasks": (1.25, 20.0)}
    )
    first, _, line = table(found).splitlines()
    assert first == "1,000 tasks, filled in 3.5 s, summed in 2 s, 4.00 GB; each read 2 times"
    assert line.split() == ["tasks", "1.2", "20.0"]


@pytest.mark.real
@pytest.mark.timeout(600)
def test_the_history_has_what_the_reads_ask_for_and_every_read_is_timed(tmp_path, monkeypatch):
    seen = {}

    def look(index):
        since_ms = now_ms() - (DAYS + 1) * 86_400_000
        seen["statistics"] = index.ask(ReadStatistics(since_ms=since_ms))
        seen["duplicates"] = index.ask(ListDuplicates())
        seen["tasks"] = index.ask(ListTasks(text="no sound"))

    asked = {**reads(), "look": look}
    monkeypatch.setattr("winnow_bench.history.command.reads", lambda: asked)
    found = measure(tmp_path, rows=ROWS, rounds=1, progress=lambda line: None)
    assert found.reads_ms.keys() == asked.keys()
    assert all(0 < p50 <= p95 for p50, p95 in found.reads_ms.values())
    statistics, duplicates = seen["statistics"], seen["duplicates"]
    replays = sum(one.runs for one in duplicates.sums if one.cause == RepeatCause.REPLAY)
    assert sum(statistics.ended.values()) == ROWS - 150 + replays
    assert statistics.open == {"pending": 100, "running": 50}
    assert len(statistics.actors) == 5
    assert statistics.costs.jobs > ROWS / 5 * 0.9
    assert {one.cause for one in duplicates.sums} >= {*RepeatCause} - {RepeatCause.FIRST, RepeatCause.UNRECORDED}
    assert len(seen["tasks"].items) == 20
