"""What every index worker exports of the fleet, from a real PostgreSQL."""

import pytest

from winnow_base import metrics
from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_contracts import queues
from winnow_contracts.commands import DrillAi, DrillMedia
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Unavailable
from winnow_index.database import Database
from winnow_index.history.dead_tasks import DeadTasks
from winnow_index.history.event_store import EventStore
from winnow_index.schedules.queue_metrics import QueueMetrics
from winnow_index.schedules.queue_statistics import QueueStatistics
from winnow_index.testing import EventSender, dead, enqueued, envelope, started

pytestmark = pytest.mark.real


def exported(name):
    """The series of a metric: its value by lane, or by an empty text."""
    lines = [line for line in metrics.exposition().decode().splitlines() if line.startswith(name)]
    return {line.split('"')[1] if '"' in line else "": float(line.rsplit(" ", 1)[1]) for line in lines}


@pytest.fixture
def keep(database):
    """Keep that so many messages wait in the lane ``ai``, counted so many seconds ago."""

    def kept(ready, seconds_ago=0):
        depths = {queues.AI: LaneDepth(ready=ready, consumers=1), queues.MEDIA: LaneDepth(ready=0, consumers=1)}
        QueueStatistics(database).keep(depths, now_ms() - seconds_ago * 1000)

    return kept


def test_each_lane_has_its_newest_depth_and_the_age_of_what_waits_longest(database, keep):
    EventSender(EventStore(database)).ship(enqueued(envelope(DrillAi)))
    with database.transaction() as transaction:
        transaction.run_text("UPDATE task_log SET enqueued_ms = %(at_ms)s", {"at_ms": now_ms() - 90_000})
    keep(7, seconds_ago=60)
    keep(2)
    QueueMetrics(database).look()
    assert exported("winnow_queue_depth{") == {queues.AI: 2, queues.MEDIA: 0}
    ages = exported("winnow_queue_oldest_age_seconds{")
    assert ages[queues.MEDIA] == 0
    assert 90 <= ages[queues.AI] < 150


def test_what_nodes_hold_is_exported_where_it_is_known(database, keep):
    keep(7)
    with database.transaction() as transaction:
        transaction.run_text("UPDATE queue_stats SET unacked = 16 WHERE queue = 'ai'")
    QueueMetrics(database).look()
    assert exported("winnow_queue_unacked{") == {queues.AI: 16}


def test_two_workers_export_the_same_so_that_their_maximum_is_the_fleets(database, keep):
    keep(4)
    seen = []
    for _ in range(2):
        QueueMetrics(database).look()
        seen.append(exported("winnow_queue_depth{"))
    assert seen[0] == seen[1] == {queues.AI: 4, queues.MEDIA: 0}


def test_a_lane_that_was_not_counted_for_minutes_has_no_series(database, keep):
    keep(4)
    QueueMetrics(database).look()
    assert exported("winnow_queue_depth{")
    with database.transaction() as transaction:
        transaction.run_text("UPDATE queue_stats SET at_ms = at_ms - 240000")
    QueueMetrics(database).look()
    assert exported("winnow_queue_depth{") == exported("winnow_queue_oldest_age_seconds{") == {}


def test_while_postgres_is_away_no_lane_has_a_series(database, keep):
    keep(4)
    QueueMetrics(database).look()
    away = Database("postgresql://nobody@127.0.0.1:1/none", connections=1)
    with pytest.raises(Unavailable):
        QueueMetrics(away).look()
    away.close()
    assert exported("winnow_queue_depth{") == {}


def test_a_dead_task_counts_until_it_is_discarded(database):
    about = envelope(DrillMedia)
    EventSender(EventStore(database)).ship(enqueued(about), started(about, "a"), dead(about, "a"))
    QueueMetrics(database).look()
    assert exported("winnow_tasks_dead") == {"": 1}
    DeadTasks(database).discard(about.task_id, "me")
    QueueMetrics(database).look()
    assert exported("winnow_tasks_dead") == {"": 0}
