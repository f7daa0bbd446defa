"""The load notes of each submission what its client saw: accepted, refused, or no answer at all."""

import threading
import time

from winnow_harness.chaos.client import CallRefused
from winnow_harness.chaos.load import Load
from winnow_harness.chaos.wishes import WorkItem


class AnsweringClient:
    """Accepts the first drill, refuses the second, and leaves the third without an answer until it is stopped."""

    def __init__(self):
        self.stopped = threading.Event()

    def drill(self, key, **wish):
        if key.endswith("-0"):
            return "job"
        if key.endswith("-1"):
            raise CallRefused("It was answered with 400.")
        self.stopped.wait(10)
        return None

    def stop(self):
        self.stopped.set()


def test_what_the_client_saw_is_noted_also_where_it_saw_nothing():
    load = Load(AnsweringClient(), seed=7)
    load.start([WorkItem(number=number, due_seconds=0, steps=1, work_ms=0) for number in range(3)], [])
    until = time.monotonic() + 10
    while [one.ended_ms is None for one in load.submissions].count(False) < 2 or len(load.submissions) < 3:
        assert time.monotonic() < until
        time.sleep(0.01)
    load.stop()
    seen = {one.key: (one.answer, one.job_id, one.ended_ms is None) for one in load.submissions}
    assert seen == {
        "chaos-7-drill-0": ("accepted", "job", False),
        "chaos-7-drill-1": ("refused", None, False),
        "chaos-7-drill-2": ("unknown", None, True),
    }
    assert [one.job_id for one in load.accepted] == ["job"]
    assert load.refused == ["It was answered with 400."]
