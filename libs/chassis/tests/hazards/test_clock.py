"""A wrong clock ends no work: the node that has one stops, and what waited is not too old."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from winnow_chassis.worker import actor_runner, control
from winnow_chassis.worker.routes import Policy
from winnow_contracts.control import ControlSet
from winnow_contracts.envelope import now_ms
from winnow_contracts.events import EventKind
from winnow_contracts.json_codec import to_json
from winnow_harness.fixtures.nodes import envelope, wait_for

DAY_MS = 86_400_000


class Index:
    """Tells the control set with a time that is ``off_ms`` from this process's; knows nothing else."""

    def __init__(self):
        self.off_ms = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                told = ControlSet(now_ms=now_ms() + outer.off_ms)
                is_asked = self.path == "/internal/v1/control"
                body = json.dumps(to_json(told) if is_asked else {"detail": "only control is here"}).encode()
                self.send_response(200 if is_asked else 503)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def index():
    made = Index()
    yield made
    made.close()


def kinds(node):
    return [one.event.kind for one in node.outbox.journal.events_after(0, 1000)]


def test_a_node_whose_clock_is_minutes_off_says_so_and_takes_nothing_until_it_is_set(
    nodes, send, index, broker, monkeypatch
):
    monkeypatch.setattr(control, "_WRONG_CLOCK_SECONDS", 0.2)
    ran = []
    index.off_ms = -600_000
    node = nodes.start(lambda task, command: ran.append(1), index_url=index.url)
    wait_for(lambda: "600 s ahead of index's" in node._reasons().get("clock", ""))
    send(envelope("waits"))
    wait_for(lambda: broker.depth() == 1)
    time.sleep(1)
    assert ran == []
    index.off_ms = 0
    wait_for(lambda: ran == [1])
    assert node._reasons() == {}


def test_with_index_away_nothing_is_assumed_of_the_clock(nodes, send):
    ran = []
    node = nodes.start(lambda task, command: ran.append(1))
    send(envelope("runs"))
    wait_for(lambda: ran == [1])
    assert "clock" not in node.breaker.reasons


def test_p22_a_clock_a_day_ahead_makes_no_command_too_old(nodes, send, monkeypatch):
    ran = []
    monkeypatch.setattr(actor_runner, "now_ms", lambda: now_ms() + 2 * DAY_MS)
    policy = Policy(retries=0, backoff_seconds=1, limit_seconds=60, max_age_seconds=86_400)
    node = nodes.start(lambda task, command: ran.append(command.filename), policy=policy)
    send(envelope("a"), envelope("b"))
    wait_for(lambda: sorted(ran) == ["a", "b"])
    assert EventKind.DEAD not in kinds(node)


def test_a_backlog_that_waited_while_nobody_took_from_its_lane_is_not_too_old(nodes, send):
    ran = []
    policy = Policy(retries=0, backoff_seconds=1, limit_seconds=60, max_age_seconds=2)
    assert send(envelope("a"), envelope("b")).wait(60)
    time.sleep(2.5)
    nodes.start(lambda task, command: ran.append(command.filename), policy=policy)
    wait_for(lambda: sorted(ran) == ["a", "b"])
