"""Depths of the lanes, asked of a real RabbitMQ and kept in a real PostgreSQL."""

import pytest

from winnow_chassis.broker.queue_depths import LaneDepth, lane_depths
from winnow_chassis.broker.topology import declare
from winnow_contracts import queues
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import now_ms
from winnow_contracts.heartbeats import SILENT_SECONDS, Heartbeat, HeartbeatKind
from winnow_harness.fixtures.nodes import BrokerView
from winnow_index.control.job_control import JobControl
from winnow_index.history.event_store import EventStore
from winnow_index.history.worker_status import WorkerStatuses
from winnow_index.schedules.queue_statistics import QueueStatistics
from winnow_index.testing import EventSender, completed, enqueued, envelope, released, started
from winnow_index.views import instant

pytestmark = pytest.mark.real


@pytest.fixture
def channel(amqp_url):
    with BrokerView(amqp_url).channel() as made:
        declare(made)
        made.confirm_delivery()
        for lane in queues.LANES:
            made.queue_purge(lane)
        yield made
        made.queue_purge(queues.MEDIA)


def test_each_lane_is_kept_with_what_waits_who_takes_it_and_for_how_long(amqp_url, channel, database):
    for _ in range(3):
        channel.basic_publish("", queues.MEDIA, b"x")
    channel.basic_consume(queues.AI, lambda *delivered: None)
    waiting, running = envelope(DrillMedia, "w"), envelope(DrillMedia, "r")
    EventSender(EventStore(database)).ship(enqueued(waiting), enqueued(running), started(running, "a"))
    with database.transaction() as transaction:
        transaction.run_text(
            "UPDATE task_log SET enqueued_ms = %(now)s - CASE state WHEN 'pending' THEN 5000 ELSE 9000 END",
            {"now": now_ms()},
        )
    JobControl(database).pause(queues.AI, "me")
    statistics = QueueStatistics(database)

    assert statistics.keep(lane_depths(amqp_url, "test"), now_ms()) == 3

    rows = {row.lane: row for row in statistics.since(1).items}
    assert set(rows) == set(queues.LANES)
    assert {lane: row.ready for lane, row in rows.items() if row.ready} == {queues.MEDIA: 3}
    assert {lane: row.consumers for lane, row in rows.items() if row.consumers} == {queues.AI: 1}
    assert [lane for lane, row in rows.items() if row.paused] == [queues.AI]
    aged = {lane: row.oldest_seconds for lane, row in rows.items() if row.oldest_seconds is not None}
    assert set(aged) == {waiting.command.QUEUE}
    assert 5 <= aged[waiting.command.QUEUE] < 9


def test_a_task_that_is_to_begin_later_or_whose_job_was_cancelled_is_not_old(amqp_url, channel, database):
    later, unwanted = envelope(DrillMedia, "l"), envelope(DrillMedia, "u")
    EventSender(EventStore(database)).ship(enqueued(later), enqueued(unwanted))
    with database.transaction() as transaction:
        now = {"now": now_ms()}
        transaction.run_text("UPDATE task_log SET enqueued_ms = %(now)s - 5000", now)
        transaction.run_text("UPDATE job SET status = 'cancelled' WHERE job_id = 'job_u'")
        transaction.run_text(
            "INSERT INTO open_command"
            " (task_id, job_id, run, retry, journal_id, queue, envelope, not_before_ms, kept_ms)"
            " SELECT task_id, job_id, 1, 0, 'j1', queue, '{}', %(now)s + 60000, %(now)s FROM task_log"
            " WHERE job_id = 'job_l'",
            now,
        )
    statistics = QueueStatistics(database)
    statistics.keep(lane_depths(amqp_url, "test"), now_ms())
    assert {row.oldest_seconds for row in statistics.since(1).items} == {None}


def heartbeat(node, unacked):
    return Heartbeat(
        kind=HeartbeatKind.HEARTBEAT,
        service="media",
        node=node,
        host="h",
        version="1",
        pid=1,
        started_ms=1,
        sent_ms=1,
        unacked=unacked,
    )


def test_what_nodes_hold_is_what_those_that_live_said_last(database):
    at_ms = now_ms()
    told = WorkerStatuses(database, lambda: at_ms)
    told.note([heartbeat("m1", {queues.MEDIA: 9}), heartbeat("m1", {queues.MEDIA: 2, queues.MEDIA_BULK: 0})])
    told.note([heartbeat("m2", {queues.MEDIA: 3}), heartbeat("old", {})])
    WorkerStatuses(database, lambda: at_ms - round(SILENT_SECONDS * 1000) - 1).note(
        [heartbeat("silent", {queues.MEDIA: 50})]
    )
    depths = {lane: LaneDepth(ready=0, consumers=int(lane != queues.INDEX)) for lane in queues.LANES}
    statistics = QueueStatistics(database)
    statistics.keep(depths, at_ms)
    held = {row.lane: row.unacked for row in statistics.since(1).items}
    assert (held[queues.MEDIA], held[queues.MEDIA_BULK]) == (5, 0)
    assert held[queues.AI] is None, "it is consumed, and no node told"
    assert held[queues.INDEX] == 0, "nobody consumes it"


def test_a_minute_counts_the_tasks_that_were_sent_and_the_attempts_whose_messages_were_acked(database):
    one, two, late = (envelope(DrillMedia, name) for name in "abc")
    sender = EventSender(EventStore(database))
    sender.ship(enqueued(one), started(one, "1"), completed(one, "1"))
    sender.ship(enqueued(two), started(two, "2"), released(two, "2"))
    sender.ship(enqueued(late))
    at_ms = now_ms()
    times = {"within": at_ms - 30_000, "before": at_ms - 90_000}
    with database.transaction() as transaction:
        transaction.run_text(
            "UPDATE task_log SET enqueued_ms = CASE job_id WHEN 'job_c' THEN %(before)s ELSE %(within)s END", times
        )
        transaction.run_text("UPDATE task_execution_history SET ended_ms = %(within)s", times)
    statistics = QueueStatistics(database)
    statistics.keep({queues.MEDIA: LaneDepth(ready=1, consumers=1), queues.AI: LaneDepth(ready=0, consumers=1)}, at_ms)
    flow = {row.lane: (row.published, row.acked) for row in statistics.since(1).items}
    assert flow == {queues.MEDIA: (2, 1), queues.AI: (0, 0)}


def test_only_the_last_minutes_are_told(amqp_url, channel, database):
    statistics = QueueStatistics(database)
    for minutes in (90, 30):
        statistics.keep(lane_depths(amqp_url, "test"), now_ms() - minutes * 60_000)
    assert len(statistics.since(60).items) == len(queues.LANES)
    assert len(statistics.since(120).items) == 2 * len(queues.LANES)


def test_of_a_slice_of_time_the_minute_is_told_in_which_most_waited(database):
    statistics, begun_ms = QueueStatistics(database), now_ms() // 600_000 * 600_000 - 1_200_000
    for minute, ready in enumerate((1, 9, 4, 0)):
        depths = {queues.MEDIA: LaneDepth(ready=ready, consumers=2), queues.AI: LaneDepth(ready=0, consumers=0)}
        statistics.keep(depths, begun_ms + minute * 300_000)
    told = [(row.lane, row.at, row.ready) for row in statistics.since(60, 10).items]
    assert told == [
        (queues.AI, instant(begun_ms + 300_000), 0),
        (queues.MEDIA, instant(begun_ms + 300_000), 9),
        (queues.MEDIA, instant(begun_ms + 600_000), 4),
        (queues.AI, instant(begun_ms + 900_000), 0),
    ]
    assert len(statistics.since(60).items) == 8
