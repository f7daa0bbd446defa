import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_chassis.broker import delays


def walk(exchange, key):
    """Follow a message as the broker would; returns the seconds it waits in queues before it reaches the lane."""
    bits = key.split(".")
    level, seconds = int(exchange.rsplit(".", 1)[1]), 0
    while level >= 0:
        if bits[delays.LEVELS - 1 - level] == "1":
            seconds += 1 << level
        level -= 1
    return seconds, ".".join(bits[delays.LEVELS :])


@given(st.integers(min_value=1, max_value=365 * 86_400_000))
def test_a_delay_up_to_a_year_is_waited_rounded_up_to_a_second(delay_ms):
    seconds, lane = walk(*delays.route(delay_ms, "media.examine"))
    assert lane == "media.examine"
    assert 0 <= seconds * 1000 - delay_ms < 1000


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
