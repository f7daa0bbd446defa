"""The line before the one thing that works."""

import threading

import pytest

from winnow_models.line import CallQueue, QueueFull


def test_who_came_first_works_first_and_the_next_after_it_left() -> None:
    line = CallQueue(places=1, share_seconds=10)
    first, second = line.enter(), line.enter()
    assert first.is_first(0)
    assert not second.is_first(0)

    threading.Timer(0.05, first.leave).start()

    assert second.is_first(wait_seconds=5)


def test_as_many_as_are_served_may_wait_and_no_more() -> None:
    line = CallQueue(places=2, share_seconds=10)
    turns = [line.enter() for _ in range(4)]
    with pytest.raises(QueueFull):
        line.enter()
    turns[2].leave()
    line.enter()


def test_who_has_used_its_share_goes_behind_who_waits() -> None:
    line = CallQueue(places=2, share_seconds=10)
    long, short = line.enter(), line.enter()
    long.spend(9)
    assert long.is_first(0)

    long.spend(1)
    assert short.is_first(0)
    short.leave()
    assert long.is_first(0)


def test_who_is_alone_goes_on() -> None:
    line = CallQueue(places=1, share_seconds=10)
    turn = line.enter()
    turn.spend(1000)
    assert turn.is_first(0)
