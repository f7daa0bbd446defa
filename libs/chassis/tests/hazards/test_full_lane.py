"""A lane that has reached its length: its rows wait in the outbox, nothing goes around it, and the others go on."""

import time

import pytest

from winnow_chassis.broker import delays
from winnow_chassis.broker.messages import outbound
from winnow_chassis.outbox import outbox_scan, relay
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_contracts import queues
from winnow_contracts.commands import DrillAi
from winnow_contracts.envelope import Envelope
from winnow_harness.fixtures.nodes import LANE, Sender, envelope, settings, wait_for

LENGTH = 10
MANY = 100
"""Delays: more than RabbitMQ moves out of a queue at a time, which are 32."""
SECONDS = 4
"""Longer than a reading of the outbox, and than the first two times that a lane is left alone."""


@pytest.fixture
def short(rabbit, broker):
    """Makes the lane so short that a few messages fill it: of a policy and an argument the lower one counts."""
    rabbit.ctl("set_policy", "short", rf"^{LANE}$", f'{{"max-length":{LENGTH}}}', "--apply-to", "queues")
    wait_for(lambda: "short" in rabbit.ctl("list_queues", "name", "policy"))
    yield
    rabbit.ctl("clear_policy", "short")
    broker.clean()


def fill(send):
    """Send jobs until the lane refuses one; returns their names."""
    names = []
    while LANE not in send.node.relay.lanes.now():
        assert len(names) < 50 * LENGTH, "the lane takes any number"
        names.append(f"job{len(names)}")
        confirmed = send(envelope(names[-1]))
        wait_for(lambda: confirmed.is_set() or LANE in send.node.relay.lanes.now())  # noqa: B023 - waited for here
    return names


def delayed(broker):
    """Messages in any of the delay queues."""
    return sum(broker.depth(delays.level_name(level)) for level in range(4))


def watch_delays(broker):
    """Look into the delay queues for some seconds."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        assert delayed(broker) == 0, "what the lane refused went around it"
        time.sleep(0.2)


def test_what_a_full_lane_refuses_waits_in_the_outbox_and_runs_once_and_unmarked_after_it_drained(
    short, broker, nodes, send
):
    names = fill(send)
    names += [f"late{number}" for number in range(20)]
    send(*map(envelope, names[-20:]))
    watch_delays(broker)
    waiting = send.node.journal.unconfirmed(1_000)
    assert {f"late{number}" for number in range(20)} < {row.envelope.command.filename for row in waiting}
    ran = []
    nodes.start(lambda task, command: ran.append((command.filename, task.envelope.possible_duplicate)))
    wait_for(lambda: send.node.journal.unconfirmed(10) == [] and len(ran) >= len(names))
    time.sleep(1)
    assert sorted(ran) == sorted((name, False) for name in names)
    assert send.node.relay.lanes.now() == frozenset()


def test_other_lanes_go_on_behind_more_rows_for_a_full_one_than_a_reading_returns(short, send, monkeypatch):
    for module in (outbox_scan, relay):
        monkeypatch.setattr(module, "READ_AT_ONCE", 5)
    fill(send)
    journal = send.node.journal
    for number in range(20):
        journal.submit(envelope(f"late{number}", run=2))
    other = Envelope(command=DrillAi(tenant_id="drill", job_id="job_other", media_id="m"))
    journal.submit(other)  # only a reading finds these rows: nobody offers them
    wait_for(lambda: all(row.envelope.queue != queues.AI for row in journal.unconfirmed(1_000)), seconds=60)
    assert journal.count_unconfirmed() > 20


def test_what_waits_for_a_full_lane_does_not_go_around_it_when_its_process_begins_anew(short, broker, nodes, tmp_path):
    def process():
        node = OutboxRuntime(settings(broker.amqp_url, tmp_path, "restarted"), exclusive=False)
        node.start()
        wait_for(lambda: node.publisher.connected)
        return Sender(node)

    first = process()
    names = fill(first)
    names += [f"late{number}" for number in range(5)]
    first(*map(envelope, names[-5:]))
    first.node.stop()
    second = process()
    watch_delays(broker)
    assert second.node.journal.count_unconfirmed() > 5
    ran = []
    nodes.start(lambda task, command: ran.append(command.filename))
    wait_for(lambda: second.node.journal.count_unconfirmed() == 0 and len(ran) >= len(names))
    assert sorted(ran) == sorted(names)
    second.node.stop()


def test_delays_that_end_in_a_full_lane_hold_up_no_other_lanes_delays_and_come_when_it_has_drained(short, broker, send):
    fill(send)
    publish, second_ms = send.node.publisher.publish, 1_000
    for number in range(MANY):
        publish(outbound(envelope(f"due{number}"), second_ms))
    time.sleep(2)  # they are due
    publish(outbound(Envelope(command=DrillAi(tenant_id="drill", job_id="job_other", media_id="m")), second_ms))
    wait_for(lambda: broker.depth(queues.AI) == 1, seconds=30, what="the other lane's delay is held up")
    due = set()
    with broker.channel() as channel:
        for _, properties, _ in channel.consume(LANE, auto_ack=True, inactivity_timeout=60):
            assert properties is not None, f"only {len(due)} of {MANY} came"
            due |= {properties.headers["job_id"]} & {f"job_due{number}" for number in range(MANY)}
            if len(due) == MANY:
                break
