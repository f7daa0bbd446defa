import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_chassis.broker import delays
from winnow_contracts import queues


def walk(exchange, key):
    """Follow a message as the broker would; returns the seconds it waits in levels, and its key."""
    bits = key.split(".")
    level, seconds = int(exchange.rsplit(".", 1)[1]), 0
    while level >= 0:
        if bits[delays.LEVELS - 1 - level] == "1":
            seconds += 1 << level
        level -= 1
    return seconds, key


def matches(pattern, key):
    """Whether a topic binding's pattern ``#.words`` matches the key."""
    return f".{key}".endswith(pattern.removeprefix("#"))


@given(st.integers(min_value=1, max_value=365 * 86_400_000))
def test_a_delay_up_to_a_year_is_waited_rounded_up_to_a_second(delay_ms):
    seconds, key = walk(*delays.route(delay_ms, "media.examine"))
    assert key.endswith(".media.examine.due")
    assert 0 <= seconds * 1000 - delay_ms < 1000


@pytest.mark.parametrize("lane", queues.LANES)
def test_a_delay_ends_in_the_due_queue_of_its_lane_alone(lane):
    _, key = delays.route(1_000, lane)
    assert [other for other in queues.LANES if matches(delays.due_pattern(other), key)] == [lane]
    assert not any(matches(delays.direct_pattern(other), key) for other in queues.LANES)


@pytest.mark.parametrize("lane", queues.LANES)
def test_a_delay_that_an_earlier_version_sent_ends_in_its_lane_alone(lane):
    key = delays.route(1_000, lane)[1].removesuffix(".due")
    assert [other for other in queues.LANES if matches(delays.direct_pattern(other), key)] == [lane]
    assert not any(matches(delays.due_pattern(other), key) for other in queues.LANES)


def test_no_delay_goes_straight_to_the_lane():
    assert delays.route(0, "ai") == ("", "ai")


def test_a_delay_longer_than_the_broker_can_hold_is_refused():
    with pytest.raises(ValueError, match="longer"):
        delays.route((1 << delays.LEVELS) * 1000, "ai")


@pytest.mark.parametrize("level", [0, 7, delays.LEVELS - 1])
def test_the_patterns_of_a_level_look_at_its_bit(level):
    words = delays.pattern(level, 1).split(".")
    assert words.index("1") == delays.LEVELS - 1 - level
    assert words[-1] == "#"
