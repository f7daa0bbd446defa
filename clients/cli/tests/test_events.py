"""``winnow events``, against a small server of one stream."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Winnow = Callable[..., tuple[int, str, str]]
AT = "2026-11-30T00:00:00.000Z"


def event(name: str, **fields: object) -> dict[str, object]:
    nothing = dict.fromkeys(("id", "job_id", "media_id", "run", "status", "stage", "progress"))
    return {"event": name, **nothing, "at": AT, **fields}


EVENTS = [
    event("live", id="1-1-0"),
    event("status", id="1-2-1", job_id="job_1", status="running", stage="check", run=1),
    event("progress", job_id="job_1", status="running", stage="transcribe", progress=0.4, run=1),
    event("reset", id="1-3-0"),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The addresses that were asked for; each gets the events, and then silence."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(f"{self.path} {self.headers.get('Last-Event-ID')}")
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for one in EVENTS:
                self.wfile.write(f"event: {one['event']}\ndata: {json.dumps(one)}\n\n".encode())

        def log_message(self, *about: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setenv("WINNOW_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("WINNOW_API_KEY", "secret")
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_happens_is_a_line_each(asked: list[str], winnow: Winnow) -> None:
    code, out, _ = winnow("events", "--most", "3", "--status", "running", "--after", "1-1-0")
    assert (code, out.splitlines()[:2]) == (
        0,
        [f"{AT}  job_1  running    check", f"{AT}  job_1  running    transcribe 40%"],
    )
    assert "./winnow jobs" in out.splitlines()[2]
    assert asked == ["/v1/events?status=running 1-1-0"]


def test_programs_get_each_as_json(asked: list[str], winnow: Winnow) -> None:
    _, out, _ = winnow("events", "--most", "2", "--json")
    assert [json.loads(line) for line in out.splitlines()] == EVENTS[1:3]
