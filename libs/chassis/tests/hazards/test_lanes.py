"""A node's lanes share no thread, and all that steers a node reaches each of them."""

import threading

import pytest

from winnow_chassis.broker.messages import outbound
from winnow_chassis.worker.lane import Lane
from winnow_contracts import queues
from winnow_contracts.control import ControlSet
from winnow_contracts.events import EventKind
from winnow_contracts.queues import Priority
from winnow_harness.fixtures.nodes import LANE, envelope, wait_for

BULK = queues.MEDIA_BULK
BOTH = [Lane(name=LANE, threads=1), Lane(name=BULK, threads=1)]


class Actor:
    """Tasks whose name begins with "long" hold their thread until ``free``; ``began`` has all, in their order."""

    def __init__(self):
        self.began, self.free = [], threading.Event()

    def __call__(self, task, command):
        self.began.append(command.filename)
        while command.filename.startswith("long") and not self.free.wait(0.05):
            task.check()


@pytest.fixture
def actor():
    made = Actor()
    yield made
    made.free.set()


def events(node, kind):
    found = [one.event for one in node.outbox.journal.events_after(0, 1000)]
    return [event.job_id for event in found if event.kind is kind]


def pause(node, *lanes):
    node._control._keep(ControlSet(paused=dict.fromkeys(lanes, 1)))


@pytest.mark.parametrize("held", Priority)
def test_a_task_begins_and_ends_while_all_threads_of_another_lane_are_held(nodes, send, broker, actor, held):
    (free,) = set(Priority) - {held}
    node = nodes.start(actor, lanes=BOTH)
    send(envelope("long", priority=held))
    wait_for(lambda: actor.began == ["long"])
    send(envelope("waits", priority=held), envelope("goes by", priority=free))
    wait_for(lambda: events(node, EventKind.COMPLETED) == ["job_goes by"])
    assert actor.began == ["long", "goes by"]
    actor.free.set()
    wait_for(lambda: actor.began[2:] == ["waits"])


@pytest.mark.parametrize(("prefetch", "left"), [(1, 3), (3, 1)])
def test_a_node_holds_as_many_messages_as_a_lane_s_prefetch_says(nodes, send, broker, actor, prefetch, left):
    nodes.start(actor, lanes=[Lane(name=LANE, threads=1, prefetch=prefetch)])
    send(*(envelope(f"long {number}") for number in range(4)))
    wait_for(lambda: len(actor.began) == 1 and broker.depth() == left)


def test_a_paused_lane_gives_back_what_runs_and_the_other_one_goes_on(nodes, send, broker, actor):
    node = nodes.start(actor, lanes=BOTH)
    send(envelope("long", priority=Priority.BULK))
    wait_for(lambda: actor.began == ["long"])
    pause(node, BULK)
    wait_for(lambda: broker.depth(BULK) == 1)
    send(envelope("goes by"))
    wait_for(lambda: events(node, EventKind.COMPLETED) == ["job_goes by"])
    pause(node)
    wait_for(lambda: actor.began == ["long", "goes by", "long"])


def test_a_command_that_an_earlier_version_sent_in_another_lane_runs_and_goes_by_that_lane_s_pause(
    nodes, broker, actor
):
    node = nodes.start(actor, lanes=BOTH)
    pause(node, LANE)
    message = outbound(envelope("of before"))
    with broker.channel() as channel:
        channel.basic_publish("", BULK, message.body, message.properties("1"))
    wait_for(lambda: events(node, EventKind.COMPLETED) == ["job_of before"])
    assert actor.began == ["of before"]


def test_a_node_that_stops_gives_back_what_each_lane_holds(nodes, send, broker, actor):
    node = nodes.start(actor, lanes=BOTH)
    send(*(envelope(f"long {priority} {n}", priority=priority) for priority in Priority for n in range(2)))
    wait_for(lambda: len(actor.began) == 2)
    nodes.stop(node)
    wait_for(lambda: (broker.depth(LANE), broker.depth(BULK)) == (2, 2))
    assert len(actor.began) == 2


def test_a_suspect_runs_with_nothing_of_another_lane_beside_it(nodes, send, broker, actor):
    assert send(envelope("long suspect")).wait(60)
    with broker.channel() as channel:
        wait_for(lambda: channel.basic_get(LANE)[0] is not None)  # taken by one that dies with it
    node = nodes.start(actor, lanes=BOTH)
    wait_for(lambda: actor.began == ["long suspect"])
    send(envelope("other", priority=Priority.BULK))
    wait_for(lambda: len(node._executor._in_flight._held) == 2)
    assert actor.began == ["long suspect"]
    actor.free.set()
    wait_for(lambda: actor.began == ["long suspect", "other"])
