"""How many requests a minute a key may make of a node."""

from collections.abc import Callable
from pathlib import Path

import pytest

from winnow_base.http.request_rates import RequestRates


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(tmp_path: Path, clock: Clock) -> Callable[[], RequestRates]:
    """Makes the counter of one process of the node."""
    return lambda: RequestRates(tmp_path / "rates", 6, clock)


def test_a_key_has_its_requests_of_a_minute_at_once_and_gets_them_back_evenly(
    rates: Callable[[], RequestRates], clock: Clock
) -> None:
    counted = rates()
    assert [counted.take("a").left for _ in range(6)] == [5, 4, 3, 2, 1, 0]
    refused = counted.take("a")
    assert (refused.left, refused.wait_seconds, refused.reset_seconds) == (0, 10, 60)
    clock.now += 10
    assert counted.take("a").wait_seconds == 0
    assert counted.take("a").wait_seconds == 10
    clock.now += 1_000
    assert counted.take("a").left == 5


def test_other_keys_have_their_own(rates: Callable[[], RequestRates]) -> None:
    counted = rates()
    for _ in range(7):
        counted.take("a")
    assert counted.take("b").wait_seconds == 0


def test_the_processes_of_a_node_count_together_and_a_new_one_goes_on(rates: Callable[[], RequestRates]) -> None:
    one, other = rates(), rates()
    left = [process.take("a").left for process in (one, other, one, other, one, other)]
    assert left == [5, 4, 3, 2, 1, 0]
    assert rates().take("a").wait_seconds > 0


def test_what_was_counted_before_the_machine_started_anew_counts_no_more(
    rates: Callable[[], RequestRates], clock: Clock
) -> None:
    rates().take("a")
    clock.now = 5.0
    assert rates().take("a").left == 5


def test_a_client_is_told_policy_and_standing_as_the_draft_writes_them(rates: Callable[[], RequestRates]) -> None:
    assert rates().take("a").headers() == {"RateLimit-Policy": '"key";q=6;w=60', "RateLimit": '"key";r=5;t=10'}
