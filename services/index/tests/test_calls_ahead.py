"""When an endpoint of two places that works on one call after the other will have heard each recording."""

import pytest

from winnow_index.control.calls_ahead import heard_after


def heard(left, calls=(), *, places=2, untold_seconds=0.0):
    running = [{"job_id": job_id, "call_seconds": seconds} for job_id, seconds in calls]
    return heard_after(left, running, places=places, cost=0.1, untold_seconds=untold_seconds)


def seconds(found):
    return {job_id: pytest.approx(after) for job_id, (after, _) in found.items()}


def test_the_call_that_came_first_is_heard_first_whatever_was_asked_for_first():
    assert seconds(heard({"a": 100, "b": 50}, [("b", 50), ("a", 100)])) == {"b": 5, "a": 15}


def test_long_recordings_that_hold_the_places_are_heard_by_turns_and_a_short_one_comes_after_the_first_of_them():
    found = heard({"a": 600, "b": 900, "short": 60})
    # a, b, a, b, short, b: calls of 300 s each, but for the short one
    assert seconds(found) == {"a": 90, "short": 126, "b": 156}
    assert [ahead for _, ahead in found.values()] == [0, 1, 2]


def test_what_is_left_of_a_recording_goes_behind_the_call_that_waits_at_the_endpoint():
    found = heard({"a": 400, "b": 280}, [("a", 200), ("b", 280)])
    assert seconds(found) == {"b": 48, "a": 68}


def test_two_calls_of_one_recording_are_done_when_both_are():
    found = heard({"a": 300, "b": 100}, [("a", 70), ("a", 230)])
    assert seconds(found) == {"a": 30, "b": 40}


def test_a_call_of_unknown_length_is_as_long_as_what_its_recording_has_left():
    assert seconds(heard({"a": 100}, [("a", None)])) == {"a": 10}


def test_calls_whose_recording_is_heard_or_gone_keep_nobody_waiting():
    assert seconds(heard({"heard": 0, "b": 50}, [("gone", 300), ("heard", 20)])) == {"b": 5}


def test_time_that_nobody_told_of_is_taken_off_the_calls_that_run_alone():
    found = heard({"a": 100, "b": 100}, [("a", 100)], untold_seconds=60)
    assert seconds(found) == {"a": 1, "b": 11}
