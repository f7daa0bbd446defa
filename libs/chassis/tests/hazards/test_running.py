"""P3, P4, P7, P11: what happens around an actor's run."""

import dataclasses
import threading
import time

import pytest

from winnow_chassis.worker.routes import Dependency, Policy
from winnow_contracts.errors import Conflict, Superseded, Unavailable
from winnow_contracts.events import EventKind
from winnow_harness.fixtures.nodes import LANE, envelope, wait_for
from winnow_journal.values import JournalUnusable


def kinds(node):
    return [one.event.kind for one in node.outbox.journal.events_after(0, 1000)]


def test_p3_with_an_unusable_journal_no_actor_runs_and_no_message_is_acked(nodes, send, monkeypatch):
    ran = []
    node = nodes.start(lambda task, command: ran.append(command.filename))
    journal, disk_full = node.outbox.journal, threading.Event()
    disk_full.set()

    def unless_full(method):
        def call(*arguments, **options):
            if disk_full.is_set():
                raise JournalUnusable("database or disk is full")
            return method(*arguments, **options)

        return call

    monkeypatch.setattr(journal, "claim", unless_full(journal.claim))
    monkeypatch.setattr(journal, "set_flag", unless_full(journal.set_flag))
    send(envelope("patient"))
    wait_for(lambda: "journal" in node.breaker.reasons)
    assert "full" in node.breaker.reasons["journal"]
    time.sleep(0.5)
    assert ran == []
    disk_full.clear()
    wait_for(lambda: ran == ["patient"])


def test_what_an_actor_tells_of_its_result_goes_with_the_event_of_its_end(nodes, send):
    node = nodes.start(lambda task, command: task.tell_result(pieces=3))
    send(envelope("told"))
    wait_for(lambda: EventKind.COMPLETED in kinds(node))
    ended = node.outbox.journal.events_after(0, 1000)[-1].event
    assert (ended.kind, ended.detail["result"]) == (EventKind.COMPLETED, {"pieces": 3})


def test_p3_an_end_that_can_not_be_written_is_not_acked_and_finished_steps_are_not_run_again(nodes, send, monkeypatch):
    steps, ends = [], []
    node = nodes.start(lambda task, command: task.step("pay", lambda: steps.append(1)))
    finish = node.outbox.journal.finish

    def fail_once(*arguments):
        ends.append(1)
        if len(ends) == 1:
            raise JournalUnusable("database or disk is full")
        return finish(*arguments)

    monkeypatch.setattr(node.outbox.journal, "finish", fail_once)
    send(envelope("paid"))
    wait_for(lambda: EventKind.COMPLETED in kinds(node))
    assert (len(steps), len(ends)) == (1, 2)


def test_p4_a_time_limit_that_passes_during_the_commit_does_not_undo_a_success(nodes, send, monkeypatch):
    ran = []
    policy = Policy(retries=3, backoff_seconds=1, limit_seconds=0.5)
    node = nodes.start(lambda task, command: ran.append(1), policy=policy)
    finish = node.outbox.journal.finish

    def stall(*arguments):
        time.sleep(1.5)
        return finish(*arguments)

    monkeypatch.setattr(node.outbox.journal, "finish", stall)
    send(envelope("slow disk"))
    wait_for(lambda: EventKind.COMPLETED in kinds(node))
    time.sleep(0.5)
    assert ran == [1]
    assert EventKind.RETRYING not in kinds(node)


def test_p7_a_shutdown_spends_no_retry_and_the_task_runs_elsewhere(nodes, send):
    started, seen = threading.Event(), []

    def long(task, command):
        started.set()
        while True:
            task.check()
            time.sleep(0.01)

    first = nodes.start(long, name="first")
    send(envelope("long"))
    assert started.wait(60)
    nodes.stop(first)
    nodes.start(lambda task, command: seen.append(task.envelope.retry), name="second")
    wait_for(lambda: seen == [0])


def test_p11_a_long_task_keeps_no_short_one_from_a_free_node(nodes, send):
    release, ran = threading.Event(), []

    def actor(task, command):
        if command.filename == "long":
            release.wait(240)
        ran.append(command.filename)

    first = nodes.start(actor, name="first", threads=1)
    send(envelope("long"))
    wait_for(lambda: len(first._executor._in_flight._held) == 1)
    nodes.start(actor, name="second", threads=1)
    send(*(envelope(f"short{number}") for number in range(4)))
    wait_for(lambda: len(ran) == 4, what="short tasks waited behind the long one")
    release.set()
    wait_for(lambda: "long" in ran)


def test_what_a_task_sends_that_may_have_run_elsewhere_is_told_as_sent_again(nodes, send):
    def actor(task, command):
        if not command.filename.startswith("child"):
            task.send(
                dataclasses.replace(command, filename=f"child of {command.filename}", job_id=command.job_id + "x")
            )
        seen[command.filename] = task.envelope.possible_duplicate

    seen = {}
    nodes.start(actor)
    send(envelope("fresh"), envelope("sent again", possible_duplicate=True))
    wait_for(lambda: len(seen) == 4)
    assert seen == {"fresh": False, "child of fresh": False, "sent again": True, "child of sent again": True}


def test_a_node_whose_dependency_is_down_stops_consuming_and_spends_no_retry(broker, nodes, send):
    down, seen = threading.Event(), []

    def probe():
        if down.is_set():
            raise Unavailable("The store does not answer.", dependency="s3")

    def actor(task, command):
        probe()
        seen.append(task.envelope.retry)

    node = nodes.start(actor, dependencies=[Dependency(name="s3", probe=probe)])
    down.set()
    send(envelope("waits"), envelope("waits too"))
    wait_for(lambda: "s3" in node.breaker.reasons)
    wait_for(lambda: broker.depth() == 2, what="the messages are not back in the queue")
    assert seen == []
    down.clear()
    wait_for(lambda: seen == [0, 0])


@pytest.mark.parametrize(("error", "kind"), [(Superseded, EventKind.COMPLETED), (Conflict, EventKind.DEAD)])
def test_only_work_that_is_done_ends_well_when_something_else_holds_its_place(nodes, send, error, kind):
    def work(task, command):
        raise error("it is taken")

    node = nodes.start(work)
    send(envelope("taken"))
    wait_for(lambda: kind in kinds(node))
    (ended,) = [one.event for one in node.outbox.journal.events_after(0, 100) if one.event.kind is kind]
    assert ended.detail.get("superseded", "") == ("it is taken" if error is Superseded else "")


def test_p8_a_suspect_that_recorded_a_step_lets_others_run_beside_it(broker, nodes, send):
    assert send(envelope("suspect")).wait(60)
    with broker.channel() as channel:
        wait_for(lambda: channel.basic_get(LANE)[0] is not None)  # taken by one that dies with it
    began, step, goes_on, other = (threading.Event() for _ in range(4))

    def actor(task, command):
        if command.filename == "suspect":
            began.set()
            step.wait(60)
            task.step("first", lambda: 1)
            goes_on.wait(60)
        else:
            other.set()

    node = nodes.start(actor, threads=2)
    assert began.wait(60)
    send(envelope("other"))
    assert not other.wait(0.5), "it ran beside a suspect"
    step.set()
    assert other.wait(60)
    goes_on.set()
    wait_for(lambda: [event.event.kind for event in node.outbox.journal.events_after(0, 100)].count("completed") == 2)


def test_the_loops_beside_a_worker_end_together_so_that_slow_ones_do_not_add_up(nodes):
    class Slow:
        met = threading.Barrier(3)

        def start(self):
            pass

        def stop(self):
            self.met.wait(30)

    node = nodes.start(None, background=[Slow(), Slow(), Slow()])
    nodes.stop(node)
    assert not Slow.met.broken
