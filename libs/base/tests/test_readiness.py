"""What a process needs is probed in the background; who asks reads the last result."""

import threading
import time

from winnow_base.http import readiness as module
from winnow_base.http.readiness import Readiness
from winnow_contracts.errors import Unavailable


def until(true):
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_missing_is_named_until_it_answers(monkeypatch):
    monkeypatch.setattr(module, "_AGAIN_SECONDS", 0.02)
    down = threading.Event()
    down.set()

    def probe():
        if down.is_set():
            raise Unavailable("The store does not answer.", dependency="s3")

    readiness = Readiness({"s3": probe}, helpful={"ai": lambda: None})
    assert list(readiness.reasons) == ["s3"]
    readiness.start()
    until(lambda: readiness.reasons == {"s3": "The store does not answer."} and not readiness.degraded)
    down.clear()
    until(lambda: not readiness.reasons)
    readiness.stop()


def test_a_probe_that_hangs_counts_as_failed_and_holds_up_no_other(monkeypatch):
    monkeypatch.setattr(module, "_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(module, "_LONGEST_PROBE_SECONDS", 0.2)
    silence, asked, other = threading.Event(), threading.Event(), []

    def hanging():
        if asked.is_set():
            silence.wait(60)
        asked.set()

    readiness = Readiness({"s3": hanging, "index": lambda: other.append(1)})
    readiness.start()
    until(lambda: "has not answered for" in readiness.reasons.get("s3", ""))
    before = len(other)
    until(lambda: len(other) > before)
    assert "index" not in readiness.reasons
    silence.set()
    until(lambda: not readiness.reasons)
    readiness.stop()


def test_a_bug_in_a_probe_is_told_and_the_watch_goes_on():
    def broken():
        raise KeyError("a bug")

    readiness = Readiness({"s3": broken})
    readiness.start()
    until(lambda: "KeyError" in readiness.reasons["s3"])
    readiness.stop()
