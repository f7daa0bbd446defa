"""How long a lane that refused a message is left alone."""

import pytest

from winnow_chassis.broker.closed_lanes import ClosedLanes


class Clock:
    seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lanes(clock):
    return ClosedLanes(clock)


def pauses(lanes, clock, times):
    """For so many refusals, each once the lane is open again, how long they close it."""
    found = []
    for _ in range(times):
        assert lanes.refused("media")
        found.append(lanes.left_seconds("media"))
        clock.seconds += found[-1]
    return found


def test_a_refusal_closes_its_lane_for_about_a_second_and_no_other(lanes, clock):
    assert lanes.now() == frozenset()
    assert lanes.refused("media")
    assert lanes.now() == {"media"}
    assert 0.5 <= lanes.left_seconds("media") <= 1
    assert lanes.left_seconds("ai") == 0
    clock.seconds += 1
    assert (lanes.now(), lanes.left_seconds("media")) == (frozenset(), 0)


def test_the_refusals_of_messages_on_their_way_close_it_no_longer(lanes):
    lanes.refused("media")
    left_seconds = lanes.left_seconds("media")
    assert not lanes.refused("media")
    assert lanes.left_seconds("media") == left_seconds


def test_each_further_refusal_closes_it_for_twice_as_long_up_to_half_a_minute(lanes, clock):
    for most_seconds, seconds in zip((1, 2, 4, 8, 16, 30, 30), pauses(lanes, clock, 7), strict=True):
        assert most_seconds / 2 <= seconds <= most_seconds


def test_what_it_takes_in_between_makes_the_next_refusal_a_first_one(lanes, clock):
    pauses(lanes, clock, 5)
    lanes.held("media")
    assert pauses(lanes, clock, 1)[0] <= 1


def test_what_was_on_its_way_when_it_was_closed_does_not_open_it(lanes):
    lanes.refused("media")
    lanes.held("media")
    assert lanes.now() == {"media"}
