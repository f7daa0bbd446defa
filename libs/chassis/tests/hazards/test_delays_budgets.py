"""A task's budget is spent on its own failures, and on nothing else."""

import threading
import time

from winnow_chassis.worker.routes import Dependency, Policy
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Deferred, Permanent, RateLimited, Temporary, Unavailable
from winnow_contracts.events import EventKind
from winnow_harness.fixtures.nodes import envelope, wait_for

SHORT = Policy(retries=2, backoff_seconds=0.1, limit_seconds=60)
NONE = Policy(retries=0, backoff_seconds=1, limit_seconds=60)


def kinds(node):
    return [one.event.kind for one in node.outbox.journal.events_after(0, 1000)]


class Store:
    """A dependency of a node, which a test makes unavailable and available again."""

    def __init__(self):
        self.away = threading.Event()
        self.probes = []

    def probe(self):
        self.probes.append(time.monotonic())
        if self.away.is_set():
            raise Unavailable("The store does not answer.", dependency="s3")


def test_a_temporary_error_is_tried_as_often_as_the_budget_says_and_then_the_task_is_dead(nodes, send):
    tried = []

    def actor(task, command):
        tried.append(task.envelope.retry)
        raise Temporary("not now")

    node = nodes.start(actor, policy=SHORT)
    send(envelope("never"))
    wait_for(lambda: EventKind.DEAD in kinds(node))
    time.sleep(1.5)
    assert tried == [0, 1, 2]


def test_a_permanent_error_spends_nothing_more(nodes, send):
    tried = []

    def actor(task, command):
        tried.append(task.envelope.retry)
        raise Permanent("it will never work")

    node = nodes.start(actor, policy=SHORT)
    send(envelope("broken"))
    wait_for(lambda: EventKind.DEAD in kinds(node))
    time.sleep(1.5)
    assert tried == [0]


def test_an_upstreams_wish_to_be_left_alone_is_granted(nodes, send):
    tried = []

    def actor(task, command):
        tried.append(time.monotonic())
        if len(tried) == 1:
            raise RateLimited("slow down", retry_after_seconds=4)

    nodes.start(actor, policy=SHORT)
    send(envelope("limited"))
    wait_for(lambda: len(tried) == 2)
    assert 4 <= tried[1] - tried[0] < 30


def test_a_task_whose_turn_comes_later_is_back_just_before_it_and_has_spent_nothing(nodes, send):
    turns, back = [], []

    def actor(task, command):
        came_ms = now_ms()
        if came_ms > task.envelope.turn_ms:  # the first attempt, or a busy machine made it late
            turns.append(came_ms + 3_700 + 1_000 * len(turns))
            raise Deferred("the limit is reached", turn_ms=turns[-1])
        back.append((came_ms, task.envelope))

    node = nodes.start(actor, policy=NONE)
    send(envelope("limited"))
    wait_for(lambda: bool(back))
    came_ms, copy = back[0]
    assert copy.turn_ms == turns[-1]
    assert copy.spent == 0
    earlier_ms = 1_000 * (len(turns) - 1)  # it returns this much earlier for each missed moment
    assert -1_500 - earlier_ms <= came_ms - copy.turn_ms <= 0
    assert EventKind.DEAD not in kinds(node)


def test_a_dependency_that_comes_and_goes_costs_no_retry_even_where_there_is_none_to_spend(nodes, send):
    store, ran = Store(), []

    def actor(task, command):
        ran.append(task.envelope.retry)
        if len(ran) <= 3:
            store.away.set()
        store.probe()

    node = nodes.start(actor, policy=NONE, dependencies=[Dependency(name="s3", probe=store.probe)])
    send(envelope("patient"))
    for outage in range(3):
        wait_for(lambda outage=outage: kinds(node).count(EventKind.INTERRUPTED) == outage + 1)
        wait_for(lambda: "s3" in node.breaker.reasons)
        store.away.clear()
    wait_for(lambda: EventKind.COMPLETED in kinds(node))
    assert ran == [0, 0, 0, 0]
    assert EventKind.DEAD not in kinds(node)


def test_a_node_without_its_dependency_takes_nothing_probes_every_second_and_goes_on_by_itself(broker, nodes, send):
    store, ran = Store(), []
    store.away.set()
    node = nodes.start(
        lambda task, command: ran.append(time.monotonic()), dependencies=[Dependency(name="s3", probe=store.probe)]
    )
    send(envelope("waits"))
    wait_for(lambda: broker.depth() == 1)
    began = time.monotonic()
    store.probes.clear()
    wait_for(lambda: len(store.probes) >= 3)
    assert len(store.probes) <= time.monotonic() - began + 2
    assert ran == []
    assert "s3" in node.breaker.reasons
    store.away.clear()
    back = time.monotonic()
    wait_for(lambda: bool(ran))
    assert ran[0] - back < 30


def test_time_spent_waiting_for_its_time_does_not_make_a_task_too_old(nodes, send):
    ran = []
    policy = Policy(retries=0, backoff_seconds=1, limit_seconds=60, max_age_seconds=6)
    nodes.start(lambda task, command: ran.append(1), policy=policy)
    send(envelope("later", not_before_ms=now_ms() + 8_000))
    wait_for(lambda: ran == [1])


def test_a_task_that_waited_behind_others_for_longer_than_its_max_age_ends_dead_without_running(nodes, send):
    ran = []

    def slow(task, command):
        ran.append(command.filename)
        time.sleep(5)

    policy = Policy(retries=3, backoff_seconds=1, limit_seconds=60, max_age_seconds=4)
    node = nodes.start(slow, policy=policy, threads=1)
    send(envelope("first"), envelope("forgotten"))
    wait_for(lambda: EventKind.DEAD in kinds(node))
    assert ran == ["first"]
