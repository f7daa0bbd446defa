"""Cancel and pause: over the fanout at once, by index's set on connect, and from the journal's copy without index."""

import time

import pytest
from pika.exceptions import UnroutableError

from winnow_chassis.control import announce
from winnow_chassis.testing.nodes import LANE, envelope, wait_for
from winnow_contracts.control import ControlKind, ControlNews
from winnow_contracts.events import EventKind


def kinds(node):
    return [one.event.kind for one in node.node.journal.events_after(0, 1000)]


@pytest.fixture
def tell(broker, nodes):
    """Announces news as the gateway does, once the nodes listen."""

    def announced(node, kind, name, run=1):
        wait_for(lambda: listens(broker), what="no node listened for news")
        announce(node.node.publisher, ControlNews(kind=kind, name=name, run=run))

    return announced


def listens(broker):
    with broker.channel() as channel:
        # A mandatory message without a listener comes back.
        channel.confirm_delivery()
        try:
            channel.basic_publish("winnow.control", "", b"{}", mandatory=True)
        except UnroutableError:
            return False
        return True


def test_a_running_task_is_cancelled_at_its_next_look_and_its_event_is_durable(nodes, send, tell):
    def work(task, command):
        while True:
            task.check()
            time.sleep(0.05)

    node = nodes.start(work)
    send(envelope("long"))
    wait_for(lambda: EventKind.STARTED in kinds(node))
    asked = time.monotonic()
    tell(node, ControlKind.CANCEL, "job_long")
    wait_for(lambda: EventKind.CANCELLED in kinds(node), 5)
    assert time.monotonic() - asked < 2


def test_a_queued_task_of_a_cancelled_job_never_runs_and_the_next_run_does(nodes, send, tell, broker):
    ran = []
    node = nodes.start(lambda task, command: ran.append(task.envelope.run))
    tell(node, ControlKind.CANCEL, "job_q")
    wait_for(lambda: "job_q" in node.node.journal.flag("control"))
    send(envelope("q"))
    wait_for(lambda: EventKind.CANCELLED in kinds(node))
    assert ran == []
    wait_for(lambda: broker.depth() == 0)
    send(envelope("q", run=2))
    wait_for(lambda: ran == [2])


def test_a_paused_lane_hands_back_what_runs_and_goes_on_when_it_is_resumed(nodes, send, tell, broker):
    ran = []

    def work(task, command):
        ran.append(command.filename)
        until = time.monotonic() + 3
        while time.monotonic() < until and len(ran) == 1:
            task.check()
            time.sleep(0.05)

    node = nodes.start(work)
    send(envelope("a"))
    wait_for(lambda: ran == ["a"])
    tell(node, ControlKind.PAUSE, LANE)
    wait_for(lambda: EventKind.INTERRUPTED in kinds(node), 5)
    wait_for(lambda: broker.depth() == 1)
    time.sleep(0.5)
    assert ran == ["a"]
    assert node.gate.is_open, "a pause makes no node unready"
    tell(node, ControlKind.RESUME, LANE)
    wait_for(lambda: EventKind.COMPLETED in kinds(node))
    assert ran == ["a", "a"]


def test_a_pause_survives_the_restart_of_a_node_that_can_not_reach_index(nodes, send, tell, broker):
    ran = []
    node = nodes.start(lambda task, command: ran.append(1))
    tell(node, ControlKind.PAUSE, LANE)
    wait_for(lambda: LANE in node.node.journal.flag("control"))
    nodes.stop(node)
    again = nodes.start(lambda task, command: ran.append(1))
    send(envelope("waits"))
    time.sleep(1)
    assert ran == []
    tell(again, ControlKind.RESUME, LANE)
    wait_for(lambda: ran == [1])
