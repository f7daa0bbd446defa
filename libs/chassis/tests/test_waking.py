"""Connections that wait long, and are woken for what concerns them."""

import threading
import time

import pika

from winnow_chassis.gate import ConsumptionGate
from winnow_chassis.topology import parameters
from winnow_chassis.waking import LONG_WAIT_SECONDS, wake
from winnow_harness.fixtures.servers import RabbitFixture


def test_a_connection_that_waits_is_woken_from_another_thread(rabbit: RabbitFixture) -> None:
    connection = pika.BlockingConnection(parameters(rabbit.url, "waits"))
    threading.Timer(0.2, wake, (connection,)).start()
    began = time.monotonic()
    connection.process_data_events(time_limit=LONG_WAIT_SECONDS)
    assert time.monotonic() - began < LONG_WAIT_SECONDS / 2
    connection.close()
    wake(connection)  # a closed one needs no waking


def test_a_gate_tells_once_when_a_reason_comes_and_when_it_goes() -> None:
    changes: list[bool] = []
    gate = ConsumptionGate()
    gate.watch(lambda: changes.append(gate.is_open))
    gate.close("s3", "away")
    gate.close("s3", "still away")
    gate.reopen("s3")
    gate.reopen("s3")
    assert changes == [False, True]
