"""P1, P17, P18: acks on the right channel, and second copies of a message."""

import threading
import time

from winnow_chassis.broker.messages import outbound
from winnow_contracts.errors import Temporary
from winnow_contracts.events import EventKind
from winnow_harness.fixtures.nodes import envelope, wait_for


def test_p1_work_that_ends_after_a_reconnect_settles_no_stranger_and_p18_runs_only_once(
    broker, nodes, send, proxy, through
):
    release, started, ran = threading.Event(), threading.Event(), []

    def actor(task, command):
        if command.filename == "a":
            started.set()
            release.wait(240)
        ran.append(command.filename)

    node = nodes.start(actor, amqp_url=through)
    warm = [f"warm{number}" for number in range(10)]  # the old channel's tags are then ahead of the new one's
    send(*map(envelope, warm))
    wait_for(lambda: len(ran) == 10)
    send(envelope("a"))
    assert started.wait(60)
    proxy.cut()
    strangers = [f"c{number}" for number in range(20)]
    send(*map(envelope, strangers))
    wait_for(lambda: len(ran) >= 15)  # the second thread continues on the new channel; a's copy is held
    release.set()
    wait_for(lambda: set(strangers) <= set(ran))
    nodes.stop(node)
    nodes.start(actor, name="second")
    time.sleep(1)
    wait_for(lambda: broker.depth() == 0)
    assert sorted(ran) == sorted([*warm, "a", *strangers])


def test_a_delivery_whose_connection_broke_before_it_ran_is_left_to_the_one_who_gets_it_anew(
    nodes, send, proxy, through, monkeypatch
):
    release, waiting, ran = threading.Event(), threading.Event(), []
    first = nodes.start(lambda task, command: ran.append("first"), amqp_url=through)
    claim = first.outbox.journal.claim

    def held(*arguments):
        waiting.set()
        release.wait(240)
        return claim(*arguments)

    monkeypatch.setattr(first.outbox.journal, "claim", held)
    send(envelope("a"))
    assert waiting.wait(60)
    proxy.refusing = True
    proxy.cut()
    nodes.start(lambda task, command: ran.append("second"), name="second")
    wait_for(lambda: ran == ["second"])
    release.set()
    journal = first.outbox.journal
    wait_for(lambda: EventKind.INTERRUPTED in [one.event.kind for one in journal.events_after(0, 100)])
    proxy.refusing = False
    assert ran == ["second"]


def test_p17_two_copies_of_one_message_run_once(broker, nodes, send):
    ran = []
    node = nodes.start(lambda task, command: ran.append(command.filename))
    wanted = envelope("twice")
    send(wanted)
    wait_for(lambda: ran == ["twice"])
    publish(node, wanted)
    publish(node, wanted)
    send(envelope("last"))
    wait_for(lambda: ran[-1] == "last")
    assert ran == ["twice", "last"]


def test_p17_the_original_that_comes_back_beside_its_retry_copy_is_not_run(nodes, send):
    ran = []

    def actor(task, command):
        ran.append((command.filename, task.envelope.retry))
        if command.filename == "flaky" and task.envelope.retry == 0:
            raise Temporary("not now")

    node = nodes.start(actor)
    wanted = envelope("flaky")
    send(wanted)
    wait_for(lambda: ("flaky", 0) in ran)
    publish(node, wanted)
    wait_for(lambda: ("flaky", 1) in ran)
    publish(node, wanted)
    send(envelope("last"))
    wait_for(lambda: ran[-1] == ("last", 0))
    assert ran == [("flaky", 0), ("flaky", 1), ("last", 0)]


def publish(node, wanted):
    """Publish another copy of a message on its lane, without any journal."""
    confirmed = threading.Event()
    node.outbox.publisher.publish(outbound(wanted), lambda answer: confirmed.set())
    assert confirmed.wait(60)
