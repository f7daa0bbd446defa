"""The watch over what a service needs goes on whatever a probe raises."""

import time

from winnow_chassis.gate import ConsumptionGate, DependencyWatch
from winnow_chassis.routes import Dependency
from winnow_harness.fixtures.nodes import wait_for


def test_a_probe_that_fails_in_an_unforeseen_way_closes_the_gate_until_it_answers():
    broken = [True]

    def probe():
        if broken:
            raise KeyError("a bug")

    gate = ConsumptionGate()
    watch = DependencyWatch(gate, [Dependency(name="s3", probe=probe)])
    watch.start()
    assert gate.reasons == {"s3": "its probe failed: KeyError"}
    broken.clear()
    wait_for(lambda: gate.is_open)
    watch.stop()


def test_a_gate_that_somebody_else_closes_is_looked_at_within_a_second_or_two_though_the_watch_waits_long():
    gate = ConsumptionGate()
    watch = DependencyWatch(gate, [Dependency(name="journal", probe=lambda: None)])
    watch.start()
    time.sleep(0.2)  # the watch waits for its next probe, in five seconds
    began = time.monotonic()
    gate.close("journal", "a task could not write it")
    wait_for(lambda: gate.is_open)
    assert time.monotonic() - began < 4
    watch.stop()


def test_a_watch_at_rest_ends_at_once():
    watch = DependencyWatch(ConsumptionGate(), [])
    watch.start()
    began = time.monotonic()
    watch.stop()
    assert time.monotonic() - began < 4
