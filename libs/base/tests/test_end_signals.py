"""The signals that end a program are heard whenever they come."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from winnow_base.end_signals import EndSignals

AT_EACH_INSTRUCTION = """
import signal, sys
from winnow_base.end_signals import EndSignals

signals = EndSignals()
struck = set()

def strike(frame, event, argument):
    if frame.f_code.co_name == "<lambda>":
        return None  # the handler itself: it would never end
    frame.f_trace_opcodes = True
    moment = event, frame.f_code, frame.f_lasti
    if moment not in struck:
        struck.add(moment)
        signal.raise_signal(signal.SIGTERM)
    return strike

sys.settrace(strike)
signals.wait()
sys.settrace(None)
print("heard", len(struck) > 1)
"""
"""A signal before each instruction of the waiting, and of all that is written in Python below it. Python 3.12 tells of
lines alone.
"""


@pytest.fixture
def signals() -> Iterator[EndSignals]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield EndSignals()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_wait_ends_with_a_signal_that_came_before_or_comes_meanwhile(
    signals: EndSignals, number: signal.Signals
) -> None:
    signal.raise_signal(number)
    signals.wait()
    threading.Timer(0.1, os.kill, (os.getpid(), number)).start()
    signals.wait()


def test_a_wait_ends_by_word_of_another_thread(signals: EndSignals) -> None:
    threading.Timer(0.1, signals.end).start()
    signals.wait()


def test_a_signal_in_any_instruction_of_the_wait_stops_nothing() -> None:
    done = subprocess.run(
        (sys.executable, "-c", AT_EACH_INSTRUCTION), capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "heard True\n"
