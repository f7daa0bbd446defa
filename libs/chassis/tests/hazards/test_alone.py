"""A task whose child was killed from outside is tried once more, alone, and only then blamed."""

import threading
import time

from winnow_chassis.worker.routes import Policy
from winnow_contracts.errors import BadInput, TryAlone
from winnow_contracts.events import EventKind
from winnow_harness.fixtures.nodes import envelope, wait_for

POLICY = Policy(retries=3, backoff_seconds=1, limit_seconds=60)
KILLED = TryAlone("ffmpeg was killed from outside.", verdict=BadInput("It takes too much.", code="resource-limit"))


def events(node, job_id, kind):
    found = [one.event for one in node.outbox.journal.events_after(0, 2000)]
    return [event for event in found if event.job_id == job_id and event.kind is kind]


class Actors:
    """``heavy`` is killed in its first ``kills`` attempts; whatever else comes is light. Notes what ran beside it."""

    def __init__(self, kills):
        self.kills = kills
        self.inside = set()
        self.beside = []
        self.lock = threading.Lock()

    def __call__(self, task, command):
        name = command.filename
        with self.lock:
            self.inside.add(name)
        try:
            if name == "heavy":
                task.step("first", lambda: "light")
                task.step("second", lambda: self._decode(task.envelope))
            else:
                time.sleep(0.2)
        finally:
            with self.lock:
                self.inside.discard(name)

    def _decode(self, envelope):
        for _ in range(10):
            with self.lock:
                self.beside.append((envelope.retry, frozenset(self.inside - {"heavy"})))
            time.sleep(0.05)
        if envelope.retry < self.kills:
            raise KILLED
        return "decoded"


def test_a_task_that_was_killed_from_outside_runs_once_more_with_nothing_beside_it_to_its_end(nodes, send):
    actors = Actors(kills=1)
    node = nodes.start(actors, policy=POLICY)
    send(envelope("heavy"), *(envelope(f"light{number}") for number in range(30)))
    wait_for(lambda: events(node, "job_heavy", EventKind.COMPLETED))
    assert any(others for retry, others in actors.beside if retry == 0), "nothing ran beside the first attempt"
    assert [others for retry, others in actors.beside if retry == 1 and others] == []
    (retrying,) = events(node, "job_heavy", EventKind.RETRYING)
    assert "killed from outside" in retrying.detail["problem"]["detail"]
    assert [event.detail["alone"] for event in events(node, "job_heavy", EventKind.STARTED)] == [False, True]


def test_a_task_that_is_killed_again_while_it_runs_alone_is_blamed(nodes, send):
    actors = Actors(kills=9)
    node = nodes.start(actors, policy=POLICY)
    send(envelope("heavy"))
    wait_for(lambda: events(node, "job_heavy", EventKind.DEAD))
    (dead,) = events(node, "job_heavy", EventKind.DEAD)
    assert (dead.retry, dead.detail["problem"]["code"]) == (1, "resource-limit")
    assert dead.detail["problem"]["detail"] == "It takes too much."
