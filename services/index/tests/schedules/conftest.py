from zoneinfo import ZoneInfo

import pytest

from winnow_index.schedules.runs import ScheduleRuns


@pytest.fixture
def runs_of(database):
    """Claims and ends runs for the node of this name."""

    def made(node, **settings):
        return ScheduleRuns(database, node=node, zone=ZoneInfo("UTC"), **settings)

    return made


@pytest.fixture
def history(database):
    """Every run of the schedule, by its fire time."""

    def read(schedule):
        with database.transaction() as transaction:
            transaction.run_text("SET LOCAL enable_seqscan = on")
            rows = transaction.rows("list_runs", {"schedule": schedule.name, "limit": 1000})
        return list(reversed(rows))

    return read


@pytest.fixture
def lapse(database):
    """Let the lease of every open run end now, as if its node were silent."""

    def end():
        with database.transaction() as transaction:
            transaction.run_text("UPDATE schedule_run SET lease_ms = 0 WHERE ended_ms IS NULL")

    return end
