"""A node with nothing to do sleeps, and still reacts at once."""

import time
from pathlib import Path

from winnow_chassis.broker.waking import LONG_WAIT_SECONDS
from winnow_harness.fixtures.nodes import envelope, wait_for

THREADS = 24


def wakes():
    """The number of times that the threads of this process have gone to sleep."""
    found = 0
    for status in Path("/proc/self/task").glob("*/status"):
        lines = status.read_text().splitlines()
        found += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
    return found


def test_a_node_of_many_threads_at_rest_wakes_less_often_than_it_has_threads(nodes):
    nodes.start(lambda task, command: None, threads=THREADS)
    time.sleep(2)  # let it settle after its start
    before, began = wakes(), time.monotonic()
    time.sleep(5)
    assert (wakes() - before) / (time.monotonic() - began) < THREADS / 2


def test_a_node_at_rest_takes_a_task_and_ends_long_before_its_waits_do(nodes, send):
    ran = []
    node = nodes.start(lambda task, command: ran.append(command.filename), threads=THREADS)
    time.sleep(1.5)  # by now all its threads wait
    began = time.monotonic()
    send(envelope("soon"))
    wait_for(lambda: ran == ["soon"])
    nodes.stop(node)
    assert time.monotonic() - began < LONG_WAIT_SECONDS / 2
