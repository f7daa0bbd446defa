"""A clock is judged by the time that index told, half a round trip ago."""

import pytest

from winnow_base import metrics
from winnow_chassis.worker.circuit_breaker import ConsumerBreaker
from winnow_chassis.worker.clock_check import ClockCheck

NOW_MS = 1_700_000_000_000


@pytest.fixture
def breaker():
    return ConsumerBreaker()


@pytest.fixture
def check(breaker):
    return ClockCheck(breaker, 120, clock=lambda: NOW_MS)


@pytest.mark.parametrize(("off_seconds", "side"), [(600, "behind"), (-600, "ahead of")])
def test_a_clock_that_is_minutes_off_stops_the_node_and_says_by_how_much(check, breaker, off_seconds, side):
    assert not check.told(NOW_MS + off_seconds * 1000, 0.0)
    assert f"600 s {side} index's" in breaker.reasons["clock"]
    assert "set the clock" in breaker.reasons["clock"]


def test_a_clock_that_was_set_lets_the_node_go_on(check, breaker):
    check.told(NOW_MS + 600_000, 0.0)
    assert check.told(NOW_MS + 119_000, 0.0)
    assert breaker.may_consume


def test_half_the_round_trip_is_no_fault_of_the_clock(check):
    assert check.told(NOW_MS - 124_000, 10.0)
    assert not check.told(NOW_MS - 126_000, 10.0)


def test_an_index_of_an_earlier_version_tells_no_time_and_changes_nothing(check, breaker):
    assert check.told(0, 0.0)
    assert breaker.may_consume
    check.told(NOW_MS + 600_000, 0.0)
    check.told(0, 0.0)
    assert "clock" in breaker.reasons


def test_how_far_the_clock_is_ahead_is_measured_whether_it_is_right_or_not(check):
    for off_seconds in (5, -600):
        check.told(NOW_MS - off_seconds * 1000, 0.0)
        assert f"winnow_clock_ahead_seconds {off_seconds}.0".encode() in metrics.exposition()
