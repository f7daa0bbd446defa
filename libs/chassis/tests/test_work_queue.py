"""The queue in which Dramatiq's threads wait for work."""

import threading
import time
from queue import Empty

import pytest

from winnow_chassis.broker.waking import LONG_WAIT_SECONDS
from winnow_chassis.work_queue import WorkQueue


def test_who_waits_long_is_woken_by_work():
    queue = WorkQueue()
    threading.Timer(0.2, queue.put, (7,)).start()
    began = time.monotonic()
    assert queue.get(timeout=LONG_WAIT_SECONDS) == 7
    assert time.monotonic() - began < LONG_WAIT_SECONDS / 2


def test_the_end_wakes_all_who_wait_and_lets_nobody_wait_again():
    queue, woken = WorkQueue(), []

    def wait():
        with pytest.raises(Empty):
            queue.get(timeout=60)
        woken.append(True)

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    queue.end()
    for thread in threads:
        thread.join(timeout=30)
    wait()
    assert len(woken) == 4


def test_what_is_left_at_the_end_can_still_be_taken():
    queue = WorkQueue()
    queue.put(2)
    queue.put(1)
    queue.end()
    assert [queue.get_nowait(), queue.get_nowait()] == [1, 2]
    with pytest.raises(Empty):
        queue.get_nowait()


def test_without_work_the_wait_ends_after_its_time():
    with pytest.raises(Empty):
        WorkQueue().get(timeout=0.05)
