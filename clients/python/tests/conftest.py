"""A small HTTP server that answers as it is told, one answer a request, and keeps what it was asked."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from winnow_client.generated.models import Job

ACCEPTED = {"media_id": "med_1", "job_id": "job_1", "status": "queued", "links": {}}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Script:
    """The server's answers in order; the last one is given for ever."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    drains: bool = False
    """Whether the rest of a large body is read after its refusal, as the gateway does; else the connection is cut."""

    def next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def gives(status: int, value: Any, **headers: str) -> Answer:
    """Answers with JSON, or with bytes as they are."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        handler.send_response(status)
        for name, text in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), text)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def problem(status: int, code: str, detail: str = "It says so.", **members: Any) -> Answer:
    """Answers with a problem."""
    headers = {"Retry-After": str(members.pop("retry_after"))} if "retry_after" in members else {}
    return gives(status, {"code": code, "detail": detail, **members}, **headers)


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    """Resets the connection in place of an answer."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def streams(*events: tuple[str, str, Any]) -> Answer:
    """Answers with server-sent events, each (id, name, data), and closes the connection."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write(b"retry: 3000\n\n: still here\n\n")
        for event_id, name, data in events:
            handler.wfile.write(f"id: {event_id}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode())
        handler.close_connection = True

    return answer


def blank(kind: Any, **given: Any) -> dict[str, Any]:
    """A dataclass of answers as JSON, each needed field as empty as it can be but for those given."""
    hints = get_type_hints(kind)
    needed = [each.name for each in fields(kind) if each.default is MISSING]
    return {**{name.rstrip("_"): _empty(hints[name]) for name in needed}, **given}


def _empty(hint: Any) -> Any:
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if type(None) in get_args(hint) or hint is Any:
        return None
    if is_dataclass(hint):
        return blank(hint)
    origin = get_origin(hint)
    return {tuple: [], dict: {}}[origin] if origin else hint()


def job(status: str, **more: Any) -> dict[str, Any]:
    """A job as the API shows it."""
    return blank(Job, id="job_1", media_id="med_1", status=status, **more)


@pytest.fixture
def script() -> Iterator[Script]:
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            early = length >= 1_000_000
            body = b"" if early else self.rfile.read(length)
            self.close_connection = early
            headers = {name.lower(): text for name, text in self.headers.items()}
            script.asked.append(Asked(method=self.command, path=self.path, headers=headers, body=body))
            script.next()(self)
            if early and script.drains:
                self.rfile.read(length)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}"
    yield script
    server.shutdown()
    server.server_close()
    thread.join()
