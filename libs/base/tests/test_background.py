"""Background loops: turns, pauses, errors, the end; and the list of threads."""

import logging
import threading
import time

import pytest

from winnow_base.background import BackgroundLoop, start_thread, threads


def test_a_loop_takes_turns_until_it_is_stopped() -> None:
    thrice = threading.Event()
    turns: list[int] = []

    def turn() -> None:
        turns.append(1)
        if len(turns) == 3:
            thrice.set()

    loop = BackgroundLoop("counting", "counts", turn, every_seconds=0.01)
    loop.start()
    assert thrice.wait(5)
    loop.stop()
    ended = len(turns)
    time.sleep(0.05)
    assert len(turns) == ended


def test_a_turn_chooses_its_pause_and_a_wake_ends_it() -> None:
    turned = threading.Semaphore(0)

    def turn() -> float:
        turned.release()
        return 3600.0

    loop = BackgroundLoop("patient", "waits", turn)
    loop.start()
    assert turned.acquire(timeout=5)
    assert not turned.acquire(timeout=0.1)
    loop.wake()
    assert turned.acquire(timeout=5)
    loop.stop()


def test_a_wake_during_a_turn_is_not_lost() -> None:
    began, go_on, turned = threading.Event(), threading.Event(), threading.Semaphore(0)

    def turn() -> float:
        began.set()
        go_on.wait(5)
        turned.release()
        return 3600.0

    loop = BackgroundLoop("busy", "works", turn)
    loop.start()
    assert began.wait(5)
    loop.wake()
    go_on.set()
    assert turned.acquire(timeout=5)
    assert turned.acquire(timeout=5)
    loop.stop()


def test_an_unexpected_error_is_logged_under_the_loops_name_and_the_loop_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    again = threading.Event()
    turns: list[int] = []

    def turn() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise KeyError("a bug")
        again.set()

    loop = BackgroundLoop("fragile", "breaks once", turn, every_seconds=0.01)
    with caplog.at_level(logging.ERROR):
        loop.start()
        assert again.wait(5)
        listed = [one for one in threads() if one.name == "fragile"]
        loop.stop()
    assert "Unexpected error in fragile; continuing." in caplog.messages
    assert "KeyError('a bug')" in listed[0].last_error


def test_a_stop_interrupts_what_a_turn_waits_for_and_lets_it_finish() -> None:
    waiting, interrupted, ended = threading.Event(), threading.Event(), threading.Event()

    def turn() -> None:
        waiting.set()
        interrupted.wait(30)

    loop = BackgroundLoop("deep", "waits for a broker", turn, interrupt=interrupted.set, at_end=ended.set)
    loop.start()
    assert waiting.wait(5)
    began = time.monotonic()
    loop.stop()
    assert ended.is_set()
    assert time.monotonic() - began < 10


def test_a_stop_just_before_a_turn_is_not_lost() -> None:
    loop = BackgroundLoop("unlucky", "is stopped as its turn begins", lambda: 3600.0)

    class StoppedBeforeItsClear(threading.Event):
        def clear(self) -> None:
            loop.stopping.set()
            loop.wake()
            super().clear()

    loop._woken = StoppedBeforeItsClear()
    loop.start()
    loop._thread.join(5)
    assert not loop._thread.is_alive()


def test_a_loop_that_does_not_end_is_said(caplog: pytest.LogCaptureFixture) -> None:
    go_on = threading.Event()
    loop = BackgroundLoop("stubborn", "does not look up", lambda: go_on.wait(30) and None)
    loop.start()
    with caplog.at_level(logging.WARNING):
        loop.stop(timeout_seconds=0.05)
    go_on.set()
    assert "A background loop did not end in time." in caplog.messages


def test_a_loop_that_never_began_can_be_stopped() -> None:
    BackgroundLoop("unborn", "nothing", lambda: None).stop()


def test_every_thread_is_listed_with_its_purpose() -> None:
    go_on = threading.Event()
    thread = start_thread("once", "runs once", lambda: go_on.wait(30) and None)
    loop = BackgroundLoop("listed", "is listed", lambda: 3600.0)
    loop.start()
    purposes = {one.name: one.purpose for one in threads()}
    go_on.set()
    thread.join(5)
    loop.stop()
    assert purposes["once"] == "runs once"
    assert purposes["listed"] == "is listed"
    assert purposes["MainThread"]
    assert "once" not in {one.name for one in threads()}
