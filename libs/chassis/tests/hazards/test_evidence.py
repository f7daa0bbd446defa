"""P9, P10, P12, P21, P22: what a message carries, what an ack proves, and what no clock may change."""

import time

import pytest

from winnow_chassis.broker import messages
from winnow_chassis.broker.consumer import LaneConsumer
from winnow_chassis.broker.messages import MAX_BODY_BYTES, outbound
from winnow_chassis.broker.topology import declare
from winnow_chassis.worker.routes import Policy
from winnow_contracts import envelope as envelopes
from winnow_contracts.commands import Examine
from winnow_contracts.errors import Temporary
from winnow_contracts.events import EventKind
from winnow_harness.fixtures.nodes import LANE, envelope, wait_for
from winnow_journal import event_factory

HOUR_MS = 3_600_000


def events(node, kind):
    return [one.event for one in node.outbox.journal.events_after(0, 1000) if one.event.kind is kind]


def test_p9_the_record_of_a_dead_task_has_its_last_error_and_all_that_a_replay_needs(nodes, send):
    def actor(task, command):
        raise Temporary(f"try number {task.envelope.retry + 1} failed")

    node = nodes.start(actor, policy=Policy(retries=1, backoff_seconds=1, limit_seconds=60))
    wanted = envelope("doomed")
    send(wanted)
    wait_for(lambda: events(node, EventKind.DEAD))
    dead = events(node, EventKind.DEAD)[0]
    assert (dead.retry, dead.detail["problem"]["detail"]) == (1, "try number 2 failed")
    assert "try number 2 failed" in dead.detail["trace"]
    assert dead.detail["command"] == wanted.payload()


def test_p9_of_a_long_traceback_the_end_is_kept(nodes, send):
    def actor(task, command):
        raise ValueError("a provider's whole page " + "x" * 100_000 + " the end")

    node = nodes.start(actor, policy=Policy(retries=0, backoff_seconds=1, limit_seconds=60))
    send(envelope("wordy"))
    wait_for(lambda: events(node, EventKind.DEAD))
    trace = events(node, EventKind.DEAD)[0].detail["trace"]
    assert len(trace) <= 8_192
    assert trace.rstrip().endswith("the end")


def test_p9_a_message_carries_its_identity_where_any_tool_can_read_it(broker, send):
    wanted = envelope("named")
    assert send(wanted).wait(60)
    with broker.channel() as channel:
        _method, properties, _body = channel.basic_get(LANE, auto_ack=True)
    assert properties.message_id == wanted.task_id
    assert wanted.headers().items() <= properties.headers.items()


def test_p10_an_ack_that_never_left_the_process_costs_nothing(broker, nodes, send, monkeypatch):
    """The ack is queued to the consumer's thread and the process ends before it is sent."""
    ran, dropped = [], []
    node = nodes.start(lambda task, command: ran.append(command.filename))
    with monkeypatch.context() as killed:
        killed.setattr(LaneConsumer, "settle", lambda self, tag, *, keep: dropped.append(keep))
        send(envelope("once"))
        wait_for(lambda: dropped == [False])
        nodes.stop(node)
    wait_for(lambda: broker.depth() == 1)
    node = nodes.start(lambda task, command: ran.append(command.filename))
    send(envelope("next"))
    wait_for(lambda: ran == ["once", "next"])
    assert next(event.job_id for event in events(node, EventKind.COMPLETED)) == "job_once"
    nodes.stop(node)
    wait_for(lambda: broker.depth() == 0)


def test_p12_lanes_are_first_in_first_out_and_no_queue_or_message_has_a_priority(broker, nodes, send, monkeypatch):
    declared, ran = [], []
    with broker.channel() as channel:
        real = channel.queue_declare
        monkeypatch.setattr(channel, "queue_declare", lambda *names, **how: declared.append(how) or real(*names, **how))
        declare(channel)
    assert declared
    assert not [how for how in declared if "x-max-priority" in how["arguments"]]
    names = [f"n{number}" for number in range(20)]
    assert send(*map(envelope, names)).wait(60)
    with broker.channel() as channel:
        method, properties, _body = channel.basic_get(LANE)
        assert properties.priority is None
        channel.basic_nack(method.delivery_tag, requeue=True)
    nodes.start(lambda task, command: ran.append(command.filename), threads=1)
    wait_for(lambda: len(ran) == 20)
    assert ran == names


def test_p21_a_follow_up_that_is_too_large_is_refused_before_the_end_and_the_task_is_tried_again(nodes, send):
    ran = []

    def actor(task, command):
        if command.filename != "parent":
            return
        ran.append(task.envelope.retry)
        key = "k" * (MAX_BODY_BYTES if task.envelope.retry == 0 else 10)
        task.send(Examine(tenant_id="t", job_id="c", media_id="m", original_key=key, filename="child", size_bytes=1))

    node = nodes.start(actor)
    send(envelope("parent"))
    wait_for(lambda: len(events(node, EventKind.COMPLETED)) == 2, what="parent and child did not end")
    assert ran == [0, 1]
    with pytest.raises(ValueError, match="send keys, not content"):
        outbound(envelope("k" * MAX_BODY_BYTES))


@pytest.mark.parametrize("step_ms", [HOUR_MS, -HOUR_MS], ids=["forward", "back"])
def test_p22_a_step_of_the_clock_ends_no_task_and_moves_no_delay_the_broker_has(nodes, send, monkeypatch, step_ms):
    ran = []

    def actor(task, command):
        def stepped():
            return time.time_ns() // 1_000_000 + step_ms

        for module in (messages, event_factory):
            monkeypatch.setattr(module, "now_ms", stepped)
        monkeypatch.setattr(node.outbox.journal._tasks, "_clock", stepped)
        task.check()  # the limit is half a minute
        ran.append((task.envelope.retry, time.monotonic()))
        if task.envelope.retry == 0:
            raise Temporary("not now")

    # The first try's copy gets its delay from the stepped clock alone. Its length counts, not its end.
    node = nodes.start(actor, policy=Policy(retries=1, backoff_seconds=1, limit_seconds=30))
    send(envelope("stepped"))
    wait_for(lambda: events(node, EventKind.COMPLETED))
    (first, began), (second, went_on) = ran
    assert (first, second) == (0, 1)
    assert 0.9 <= went_on - began < 100


def test_p22_a_delay_written_before_the_clock_stepped_back_is_not_waited_twice(monkeypatch):
    written_ms = envelopes.now_ms()
    waiting = envelope("later", not_before_ms=written_ms + 5_000)
    monkeypatch.setattr(messages, "now_ms", lambda: written_ms - HOUR_MS)
    after = outbound(waiting, delay_ms=5_000)
    monkeypatch.setattr(messages, "now_ms", lambda: written_ms)
    assert after.routing_key == outbound(waiting, delay_ms=5_000).routing_key
