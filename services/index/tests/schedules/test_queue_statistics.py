"""Depths of the lanes, asked of a real RabbitMQ and kept in a real PostgreSQL."""

import pytest

from winnow_chassis.broker.queue_depths import lane_depths
from winnow_chassis.broker.topology import declare
from winnow_contracts import queues
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import now_ms
from winnow_harness.fixtures.nodes import BrokerView
from winnow_index.control.job_control import JobControl
from winnow_index.history.event_store import EventStore
from winnow_index.schedules.queue_statistics import QueueStatistics
from winnow_index.testing import EventSender, enqueued, envelope, started

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


def test_only_the_last_minutes_are_told(amqp_url, channel, database):
    statistics = QueueStatistics(database)
    for minutes in (90, 30):
        statistics.keep(lane_depths(amqp_url, "test"), now_ms() - minutes * 60_000)
    assert len(statistics.since(60).items) == len(queues.LANES)
    assert len(statistics.since(120).items) == 2 * len(queues.LANES)
