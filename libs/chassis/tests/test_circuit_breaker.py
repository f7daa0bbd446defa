"""The dependency monitor continues whatever a probe raises."""

import time

from winnow_chassis.worker.circuit_breaker import ConsumerBreaker, DependencyMonitor
from winnow_chassis.worker.routes import Dependency
from winnow_harness.fixtures.nodes import wait_for


def test_a_probe_that_fails_in_an_unforeseen_way_closes_the_gate_until_it_answers():
    broken = [True]

    def probe():
        if broken:
            raise KeyError("a bug")

    breaker = ConsumerBreaker()
    monitor = DependencyMonitor(breaker, [Dependency(name="s3", probe=probe)])
    monitor.start()
    assert breaker.reasons == {"s3": "its probe failed: KeyError"}
    broken.clear()
    wait_for(lambda: breaker.may_consume)
    monitor.stop()


def test_a_gate_that_somebody_else_closes_is_looked_at_within_a_second_or_two_though_the_watch_waits_long():
    breaker = ConsumerBreaker()
    monitor = DependencyMonitor(breaker, [Dependency(name="journal", probe=lambda: None)])
    monitor.start()
    time.sleep(0.2)  # the monitor waits for its next probe, in five seconds
    began = time.monotonic()
    breaker.trip("journal", "a task could not write it")
    wait_for(lambda: breaker.may_consume)
    assert time.monotonic() - began < 4
    monitor.stop()


def test_a_watch_at_rest_ends_at_once():
    monitor = DependencyMonitor(ConsumerBreaker(), [])
    monitor.start()
    began = time.monotonic()
    monitor.stop()
    assert time.monotonic() - began < 4
