"""Connections wait long, and are woken when there is something to do."""

import threading
import time

import pika

from winnow_chassis.broker.topology import parameters
from winnow_chassis.broker.waking import LONG_WAIT_SECONDS, wake
from winnow_chassis.worker.circuit_breaker import ConsumerBreaker
from winnow_harness.fixtures.servers import RabbitFixture


def test_a_connection_that_waits_is_woken_from_another_thread(rabbit: RabbitFixture) -> None:
    connection = pika.BlockingConnection(parameters(rabbit.url, "waits"))
    threading.Timer(0.2, wake, (connection,)).start()
    began = time.monotonic()
    connection.process_data_events(time_limit=LONG_WAIT_SECONDS)
    assert time.monotonic() - began < LONG_WAIT_SECONDS / 2
    connection.close()
    wake(connection)  # a closed connection needs no wake


def test_a_gate_tells_once_when_a_reason_comes_and_when_it_goes() -> None:
    changes: list[bool] = []
    breaker = ConsumerBreaker()
    breaker.watch(lambda: changes.append(breaker.may_consume))
    breaker.trip("s3", "away")
    breaker.trip("s3", "still away")
    breaker.reset("s3")
    breaker.reset("s3")
    assert changes == [False, True]
