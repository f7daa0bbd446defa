"""A node asks index about messages that were published again, and waits a while for an index that is away."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from winnow_base.http.internal_clients import IndexClient
from winnow_chassis.worker import task_history
from winnow_chassis.worker.task_history import TaskHistoryClient
from winnow_contracts.envelope import now_ms
from winnow_contracts.task_history import TaskHistory
from winnow_harness.fixtures.nodes import envelope


class Index(BaseHTTPRequestHandler):
    """Answers each request with the next of ``statuses``; the last one repeats."""

    statuses = (200,)
    asked = 0
    question = None

    def do_POST(self):
        type(self).question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.statuses[min(type(self).asked, len(self.statuses) - 1)]
        type(self).asked += 1
        body = json.dumps({"ended": True} if status == 200 else {"detail": "away", "code": "unavailable"}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def ask():
    """A function that asks an index with these statuses; returns the answer and the number of requests."""
    opened = []

    def run(statuses, *, possible_duplicate, redelivered=False, patience_seconds=30.0, again_ms=0):
        handler = type("Handler", (Index,), {"statuses": statuses, "asked": 0})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        opened.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        index = IndexClient(f"http://127.0.0.1:{server.server_port}", "token")
        client = TaskHistoryClient(index, "journal-1", threading.Event(), patience_seconds=patience_seconds)
        return (
            client,
            lambda: client.lookup(
                envelope("a", possible_duplicate=possible_duplicate, again_ms=again_ms), redelivered=redelivered
            ),
            handler,
        )

    yield run
    for server in opened:
        server.shutdown()
        server.server_close()


def test_a_message_sent_again_waits_for_an_index_that_is_away(ask):
    _, past, index = ask([503, 503, 200], possible_duplicate=True)
    assert past() == TaskHistory(ended=True)
    assert index.asked == 3


def test_any_other_message_does_not_wait(ask):
    _, past, index = ask([503, 200], possible_duplicate=False)
    assert past() == TaskHistory()
    assert index.asked == 1


def test_an_outage_costs_one_wait_and_not_one_for_each_message(ask):
    _, past, index = ask([503], possible_duplicate=True, patience_seconds=3.0)
    assert past() == TaskHistory()
    asked, began = index.asked, time.monotonic()
    assert past() == TaskHistory()
    assert index.asked == asked + 1
    assert time.monotonic() - began < 3.0


def test_the_next_outage_is_waited_for_again(ask):
    _, past, index = ask([503, 200, 503, 200], possible_duplicate=True)
    assert past() == TaskHistory(ended=True)
    assert past() == TaskHistory(ended=True)
    assert index.asked == 4


def test_an_outage_after_one_that_used_up_the_patience_is_waited_for_again(ask):
    _, past, index = ask([503], possible_duplicate=True, patience_seconds=2.0)
    past()
    past()
    asked = index.asked
    time.sleep(2.2)
    past()
    assert index.asked > asked + 1


def test_of_a_redelivered_copy_index_is_asked_strictly(ask):
    """It may be the only copy, so another journal's claim to hold what follows is not enough."""
    _, past, index = ask([200], possible_duplicate=True, redelivered=True)
    past()
    assert index.question["possible_duplicate"] is False
    _, past, index = ask([200], possible_duplicate=True)
    past()
    assert index.question["possible_duplicate"] is True


def test_a_node_that_stops_does_not_wait(ask):
    client, past, index = ask([503], possible_duplicate=True)
    client._stopping.set()
    assert past() == TaskHistory()
    assert index.asked == 1


@pytest.mark.parametrize(
    ("ago_ms", "least", "most"), [(0, 0.9, 1.5), (600, 0.3, 1), (-60_000, 0.9, 1.5), (1_000, 0, 0.5)]
)
def test_a_copy_just_sent_again_waits_until_index_can_know_what_became_of_the_one_before(
    ask, monkeypatch, ago_ms, least, most
):
    monkeypatch.setattr(task_history, "_SETTLING_MS", 1_000)
    tries = []
    while not any(waited <= most for waited in tries):
        assert len(tries) < 4, f"it waited too long: {tries}"  # a busy machine may hold one up
        _, past, index = ask([200], possible_duplicate=True, again_ms=now_ms() - ago_ms)
        began = time.monotonic()
        assert past() == TaskHistory(ended=True)
        assert index.asked == 1
        tries.append(time.monotonic() - began)
    assert min(tries) >= least


def test_a_node_that_stops_does_not_wait_for_a_copy_to_settle(ask):
    client, past, _ = ask([200], possible_duplicate=True, again_ms=now_ms())
    client._stopping.set()
    began = time.monotonic()
    past()
    assert time.monotonic() - began < 3
