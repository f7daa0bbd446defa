"""A dead letter whose copy cannot be published must not return at once, again and again."""

import time
from types import SimpleNamespace

from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.dead_letters import DeadLetters
from winnow_harness.fixtures.nodes import wait_for


def test_a_stray_that_can_not_be_parked_comes_back_no_faster_than_once_a_second():
    away = SimpleNamespace(publish=lambda message, done: done(Answer.UNKNOWN))
    told, began = [], time.monotonic()
    DeadLetters(away).requeue_later("ai", b"{}", SimpleNamespace(message_id="m", headers={}), "no actor", told.append)
    assert told == []
    wait_for(lambda: told == [False])
    assert time.monotonic() - began >= 1


def test_a_stray_that_is_parked_is_settled_at_once():
    there = SimpleNamespace(publish=lambda message, done: done(Answer.HELD))
    told = []
    DeadLetters(there).dead_letter(
        "ai", b"\xff", SimpleNamespace(message_id=None, headers=None), "not JSON", told.append
    )
    assert told == [True]
