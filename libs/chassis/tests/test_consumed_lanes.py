"""How long a lane has been taken from, without a break."""

from winnow_chassis.worker.consumed_lanes import ConsumedLanes


def test_the_time_counts_from_the_opening_and_anew_after_each_break():
    now, closed = [100.0], {"b"}
    lanes = ConsumedLanes(["a", "b"], lambda lane: lane not in closed, lambda: now[0])
    assert lanes.seconds("a") == 0
    lanes.look()
    now[0] = 130.0
    lanes.look()
    assert (lanes.seconds("a"), lanes.seconds("b")) == (30, 0)
    closed.add("a")
    lanes.look()
    assert lanes.seconds("a") == 0
    closed.clear()
    lanes.look()
    now[0] = 135.0
    assert (lanes.seconds("a"), lanes.seconds("b")) == (5, 5)


def test_nothing_is_known_of_a_lane_that_is_not_taken_from_here():
    assert ConsumedLanes([], lambda lane: True).seconds("a") == 0
