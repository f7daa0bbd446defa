"""The striker carries a plan out in order, heals everything, and does not count the time it had to wait."""

import time

import pytest

from winnow_contracts.errors import Unavailable
from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.plan import Hit
from winnow_harness.chaos.striker import Striker


class ModelCapabilities:
    def __init__(self):
        self.words = []

    def fault(self, name, fails=False):
        def strike(scene, target):
            self.words.append(f"strike {name}")
            if name == "slow":
                time.sleep(0.4)
            if fails:
                raise Unavailable("It does not run.", dependency="node")

        def heal(scene, target):
            self.words.append(f"heal {name}")

        return Fault(name=name, about="", strike=strike, heal=heal, alone=name == "alone")


@pytest.fixture
def told():
    return ModelCapabilities()


def hit(name, at, hold=0.0):
    return Hit(at_seconds=at, fault=name, target="node", hold_seconds=hold)


def striker(told, *names, **more):
    return Striker(scene=None, faults={name: told.fault(name, fails=name == "bad") for name in names}, **more)


def test_faults_overlap_and_are_healed_in_their_time(told):
    one = striker(told, "long", "short")
    one.run([hit("long", 0, 3), hit("short", 0.15, 0.15)])
    assert told.words == ["strike long", "strike short", "heal short", "heal long"]
    assert all(struck.ended_ms >= struck.began_ms for struck in one.struck)


def test_a_fault_that_could_not_strike_is_healed_and_told(told):
    one = striker(told, "bad")
    one.run([hit("bad", 0)])
    assert told.words == ["strike bad", "heal bad"]
    assert "It does not run." in one.struck[0].failed


def test_a_fault_that_may_not_strike_is_told_with_the_reason(told):
    one = striker(told, "wiped", before=lambda hit: "too early")
    one.run([hit("wiped", 0)])
    assert told.words == []
    assert one.struck[0].failed == "too early"


def test_everything_is_healed_when_the_run_is_interrupted(told):
    def interrupt():
        raise KeyboardInterrupt

    one = striker(told, "long", tick=interrupt)
    with pytest.raises(KeyboardInterrupt):
        one.run([hit("long", 0, 60)])
    assert told.words == ["strike long", "heal long"]


def test_what_is_planned_after_a_wait_keeps_its_distance(told):
    one = striker(told, "first", "second", before=lambda hit: time.sleep(1.2) or "" if hit.fault == "first" else "")
    one.run([hit("first", 0), hit("second", 1)])
    first, second = one.struck
    assert second.began_ms - first.began_ms >= 500


def test_a_fault_that_must_be_alone_ends_what_is_still_open_because_the_plan_is_late(told):
    one = striker(told, "slow", "long", "alone", before=lambda hit: told.words.append(f"ask {hit.fault}") or "")
    one.run([hit("slow", 0), hit("long", 0.1, 0.2), hit("alone", 0.35)])
    assert told.words[-5:] == ["strike long", "heal long", "ask alone", "strike alone", "heal alone"]
