"""Cancel and pause: by the fanout at once, by index's set on connect, and by the journal's copy without index.

Resends, too: what is published again because an operator asked.
"""

import time

import pytest
from pika.exceptions import UnroutableError

from winnow_chassis.broker.control_channel import broadcast
from winnow_contracts import queues
from winnow_contracts.commands import DrillAi
from winnow_contracts.control import ControlKind, ControlMessage
from winnow_contracts.events import EventKind
from winnow_harness.fixtures.nodes import LANE, envelope, wait_for


def kinds(node):
    return [one.event.kind for one in node.outbox.journal.events_after(0, 1000)]


@pytest.fixture
def tell(broker, nodes):
    """A function that broadcasts a control message as the gateway does, once the nodes listen."""

    def announced(node, kind, name, run=1):
        wait_for(lambda: listens(broker), what="no node listened for news")
        broadcast(node.outbox.publisher, ControlMessage(kind=kind, name=name, run=run))

    return announced


def listens(broker):
    with broker.channel() as channel:
        # A mandatory message is returned while nobody listens.
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
    tell(node, ControlKind.CANCEL, "job_long")
    told = time.monotonic()
    wait_for(lambda: EventKind.CANCELLED in kinds(node))
    assert time.monotonic() - told < 20, "it did not come over the fanout"


def test_a_queued_task_of_a_cancelled_job_never_runs_and_the_next_run_does(nodes, send, tell, broker):
    ran = []
    node = nodes.start(lambda task, command: ran.append(task.envelope.run))
    tell(node, ControlKind.CANCEL, "job_q")
    wait_for(lambda: "job_q" in node.outbox.journal.flag("control"))
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
        while len(ran) == 1:  # the second attempt ends
            task.check()
            time.sleep(0.05)

    node = nodes.start(work)
    send(envelope("a"))
    wait_for(lambda: ran == ["a"])
    tell(node, ControlKind.PAUSE, LANE)
    wait_for(lambda: EventKind.INTERRUPTED in kinds(node))
    wait_for(lambda: broker.depth() == 1)
    time.sleep(0.5)
    assert ran == ["a"]
    assert node.breaker.may_consume, "a pause makes no node unready"
    tell(node, ControlKind.RESUME, LANE)
    wait_for(lambda: EventKind.COMPLETED in kinds(node))
    assert ran == ["a", "a"]


def test_a_pause_survives_the_restart_of_a_node_that_can_not_reach_index(nodes, send, tell, broker):
    ran = []
    node = nodes.start(lambda task, command: ran.append(1))
    tell(node, ControlKind.PAUSE, LANE)
    wait_for(lambda: LANE in node.outbox.journal.flag("control"))
    nodes.stop(node)
    again = nodes.start(lambda task, command: ran.append(1))
    assert send(envelope("waits")).wait(60)
    time.sleep(1)
    assert ran == []
    tell(again, ControlKind.RESUME, LANE)
    wait_for(lambda: ran == [1])


def test_what_a_journal_keeps_of_a_job_is_sent_again_when_an_operator_asks(nodes, send, tell, broker):
    ran = []

    def work(task, command):
        ran.append(command.job_id)
        task.send(DrillAi(tenant_id="t", job_id=command.job_id, media_id="m"))

    node = nodes.start(work)
    send(envelope("lost"), envelope("other"))
    wait_for(lambda: broker.depth(queues.AI) == 2)
    wait_for(lambda: node.outbox.journal.unconfirmed(10) == [])
    with broker.channel() as channel:
        channel.queue_purge(queues.AI)
    tell(node, ControlKind.RESEND, "job_lost")
    wait_for(lambda: broker.depth(queues.AI) == 1, what="nothing was sent again")
    with broker.channel() as channel:
        properties = channel.basic_get(queues.AI, auto_ack=True)[1]
    assert (properties.headers["job_id"], properties.headers["again"]) == ("job_lost", True)
    assert sorted(ran) == ["job_lost", "job_other"]
    assert node.outbox.journal.flag("control") == "", "to send again is asked once, and kept nowhere"


def test_a_node_tells_live_events_of_a_job_once_somebody_watches_it(nodes, tell):
    node = nodes.start(None)
    tell(node, ControlKind.WATCH, "job_seen")
    wait_for(lambda: "job_seen" in node.outbox.watched)
    assert "job_other" not in node.outbox.watched
    assert node.outbox.journal.flag("control") == "", "who watches is kept nowhere"
