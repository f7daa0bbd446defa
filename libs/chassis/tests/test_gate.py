"""The watch over what a service needs goes on whatever a probe raises."""

from winnow_chassis.gate import ConsumptionGate, DependencyWatch
from winnow_chassis.routes import Dependency
from winnow_chassis.testing.nodes import wait_for


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
