"""The same seed gives the same plan; every fault occurs, and exclusive faults are alone."""

import pytest

from winnow_contracts.errors import Misconfigured
from winnow_harness.chaos.faults.table import FAULTS, chosen_faults
from winnow_harness.chaos.plan import make_plan
from winnow_harness.chaos.wishes import make_wishes

TARGETS = dict.fromkeys(FAULTS, ("media", "ai"))
SEEDS = range(10)
SECONDS = 300
"""A run of the length that ``./winnow chaos`` has unless told otherwise."""


def plan(seed, seconds=SECONDS):
    return make_plan(seed, seconds, list(FAULTS.values()), TARGETS)


def test_the_same_seed_gives_the_same_plan_and_another_one_another():
    assert plan(1) == plan(1)
    assert plan(1) != plan(2)
    assert make_wishes(1, 100, 60) == make_wishes(1, 100, 60)
    assert make_wishes(1, 100, 60) != make_wishes(2, 100, 60)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_fault_comes_and_is_over_in_time(seed):
    hits = plan(seed)
    assert {hit.fault for hit in hits} == set(FAULTS)
    assert all(hit.at_seconds + hit.hold_seconds <= SECONDS for hit in hits)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_else_is_open_while_a_fault_is_that_must_be_alone(seed):
    hits = plan(seed)
    for alone in (hit for hit in hits if FAULTS[hit.fault].alone):
        for other in hits:
            ended = other.at_seconds + other.hold_seconds
            assert other is alone or ended <= alone.at_seconds or other.at_seconds >= alone.at_seconds


@pytest.mark.parametrize("seed", SEEDS)
def test_only_one_shared_server_is_struck_at_a_time(seed):
    free = 0.0
    for hit in plan(seed):
        if FAULTS[hit.fault].shared:
            assert hit.at_seconds >= free
            free = hit.at_seconds + hit.hold_seconds


def test_a_fault_that_nobody_knows_is_refused_with_those_there_are():
    with pytest.raises(Misconfigured) as refusal:
        chosen_faults(["kil"])
    assert "kill" in refusal.value.hint


def test_all_wishes_fall_into_the_time_and_only_few_are_deadly():
    wishes = make_wishes(3, 1500, 60)
    assert len(wishes) == 1500
    assert all(0 <= wish.due_seconds <= 60 for wish in wishes)
    assert [wish.number for wish in wishes] == list(range(1500))
    assert sum(wish.misbehave == "die" for wish in wishes) == 4
    assert not any(wish.misbehave for wish in make_wishes(3, 1500, 60, heavy=True))
