"""Runs of schedules go after a month; those of each minute after two days, unless they failed."""

import pytest

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput
from winnow_index.schedules.table import FEEDS, QUEUE_STATISTICS, RETENTION
from winnow_retention.old_runs import drop_old_runs

DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("schedule", "left"),
    [(FEEDS, [True, False, False]), (QUEUE_STATISTICS, [True, False, False]), (RETENTION, [True, True, False])],
)
def test_runs_stay_as_long_as_their_schedule_says(database, runs_of, history, schedule, left):
    node, now = runs_of("a"), now_ms()
    fired = [now - days * DAY_MS for days in (1, 3, 31)]
    for fire_ms in fired:
        node.done(node.claim(schedule, fire_ms), {})
    with database.transaction() as transaction:
        assert drop_old_runs(transaction, now) == left.count(False)
    assert [run["fire_ms"] for run in history(schedule)] == [
        at for at, stays in zip(fired, left, strict=True) if stays
    ][::-1]


def test_a_run_that_failed_stays_for_a_month_and_one_that_goes_on_stays(database, runs_of, history):
    node, now = runs_of("a"), now_ms()
    for days in (3, 31):
        node.failed(node.claim(FEEDS, now - days * DAY_MS), BadInput("It is broken."), again_seconds=0)
    node.claim(FEEDS, now - 40 * DAY_MS)
    with database.transaction() as transaction:
        assert drop_old_runs(transaction, now) == 1
    assert [run["outcome"] for run in history(FEEDS)] == [None, "failed"]
