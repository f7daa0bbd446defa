"""deploy/proxy/nginx.conf, run by Debian's nginx with the rights that compose gives, before a server that tells."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from winnow_local.ports import choose_ports

FILE = Path(__file__).parents[2] / "deploy" / "proxy" / "nginx.conf"
CONTENT = bytes(range(256)) * 64
pytestmark = pytest.mark.timeout(120)


@dataclass
class Upstream:
    """In the gateway's place. ``begun`` has each request whose head has come, ``whole`` each whose body has."""

    begun: list[str] = field(default_factory=list)
    whole: list[tuple[str, int]] = field(default_factory=list)
    heads: dict[str, Any] = field(default_factory=dict)
    more: threading.Event = field(default_factory=threading.Event)
    port: int = 0


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    told = Upstream()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            told.heads[self.path] = self.headers
            if self.path.endswith("/events"):
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(b"data: first\n\n")
                told.more.wait(30)
                self.wfile.write(b"data: last\n\n")
                self.close_connection = True
                return
            found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
            part = CONTENT[int(found[1]) : int(found[2]) + 1] if found else CONTENT
            self.send_response(206 if found else 200)
            if found:
                self.send_header("Content-Range", f"bytes {found[1]}-{found[2]}/{len(CONTENT)}")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            self.wfile.write(part)

        def do_POST(self) -> None:
            told.heads[self.path] = self.headers
            told.begun.append(self.path)
            if self.headers.get("Authorization") is None:
                self.answer(401)
                self.close_connection = True
                return
            left = int(self.headers["Content-Length"])
            while left and (chunk := self.rfile.read(min(left, 1 << 16))):
                left -= len(chunk)
            told.whole.append((self.path, left))
            self.answer(200)

        do_PUT = do_POST

        def answer(self, status: int) -> None:
            body = json.dumps({"status": status}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield told
    told.more.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed nginx, or that of Debian's package, which is unpacked and not installed."""
    if installed := shutil.which("nginx"):
        return Path(installed)
    folder = tmp_path_factory.mktemp("nginx")
    subprocess.run(("apt-get", "download", "-q", "nginx"), cwd=folder, check=True, capture_output=True)
    [package] = folder.glob("nginx_*.deb")
    subprocess.run(("dpkg-deb", "-x", package, folder), check=True)
    return folder / "usr" / "sbin" / "nginx"


@pytest.fixture
def proxy(nginx: Path, upstream: Upstream, tmp_path: Path) -> Iterator[int]:
    """The port of a proxy that runs the file, with the names and ports of this machine in it."""
    ports = list(choose_ports({"gateway": 0, "broker page": 0, "grafana": 0}).values())
    text = FILE.read_text(encoding="utf-8")
    for there, here in (
        ("listen 8080;", f"listen 127.0.0.1:{ports[0]};"),
        ("listen 15672;", f"listen 127.0.0.1:{ports[1]};"),
        ("listen 3000;", f"listen 127.0.0.1:{ports[2]};"),
        ("http://gateway:8080", f"http://127.0.0.1:{upstream.port}"),
        ("http://broker:15672", f"http://127.0.0.1:{upstream.port}"),
        ("/var/cache/nginx", str(tmp_path / "cache")),
        ("/tmp/nginx.pid", str(tmp_path / "nginx.pid")),
        ("user nginx;", "user nobody nogroup;" if os.geteuid() == 0 else ""),
    ):
        assert there in text
        text = text.replace(there, here)
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    (tmp_path / "cache").mkdir()
    for folder in [tmp_path, *tmp_path.parents]:  # its workers are nobody
        if folder.is_relative_to("/tmp") and folder != Path("/tmp") and os.geteuid() == 0:
            folder.chmod(folder.stat().st_mode | 0o011)
    rights = ("setpriv", "--bounding-set=-all,+chown,+setgid,+setuid") if os.geteuid() == 0 else ()
    line = (*rights, nginx, "-c", tmp_path / "nginx.conf", "-p", tmp_path, "-e", "stderr", "-g", "daemon off;")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(line, stdout=log, stderr=log)
    try:
        until_open(ports[0], process, tmp_path / "log")
        yield ports[0]
    finally:
        process.terminate()
        process.wait(20)


def until_open(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 20
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)


def begin(port: int, method: str, path: str, size_bytes: int, *headers: str) -> socket.socket:
    """Send the head of a request, and nothing of its body."""
    lines = (f"{method} {path} HTTP/1.1", "Host: winnow.example", f"Content-Length: {size_bytes}", *headers, "", "")
    connection = socket.create_connection(("127.0.0.1", port), 30)
    connection.sendall("\r\n".join(lines).encode())
    return connection


def comes(condition: Any, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


@pytest.mark.parametrize(
    ("method", "path", "size_bytes"),
    [("POST", "/v1/session", 100), ("PUT", "/v1/uploads/u/parts/1", 99_999_999), ("PUT", "/v1/media/m/captions/en", 9)],
)
def test_a_body_that_trickles_reaches_no_gateway_before_it_is_whole(
    method: str, path: str, size_bytes: int, proxy: int, upstream: Upstream
) -> None:
    with begin(proxy, method, path, size_bytes, "Authorization: Bearer k") as slow:
        slow.sendall(b"x")
        assert not comes(lambda: upstream.begun, seconds=1)
        if size_bytes < 1000:
            slow.sendall(b"x" * (size_bytes - 1))
            assert comes(lambda: upstream.whole == [(path, 0)])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/media"),
        ("POST", "/v1/photos"),
        ("POST", "/upload"),
        ("POST", "/photos"),
        ("PUT", "/v1/uploads/u/parts/1"),
    ],
)
def test_a_large_file_is_passed_on_while_it_comes(method: str, path: str, proxy: int, upstream: Upstream) -> None:
    with begin(proxy, method, path, 5 << 30, "Authorization: Bearer k") as sender:
        sender.sendall(b"x" * 10_000)
        assert comes(lambda: upstream.begun == [path])
        assert upstream.heads[path]["Content-Length"] == str(5 << 30)


def test_a_refused_upload_is_answered_before_it_was_sent(proxy: int) -> None:
    with begin(proxy, "POST", "/v1/media", 5 << 30) as sender:
        sender.sendall(b"x" * 10_000)
        assert b" 401 " in sender.recv(1000).partition(b"\r\n")[0] + b" "


@pytest.mark.parametrize(
    ("method", "path", "kept_bytes"),
    [
        ("POST", "/v1/session", 1 << 20),
        ("POST", "/v1/jobs:batch", 3 << 20),
        ("PUT", "/v1/uploads/u/captions", 5 << 20),
        ("PUT", "/v1/media/m/captions/en", 5 << 20),
    ],
)
def test_a_body_that_is_too_large_to_be_kept_is_refused(
    method: str, path: str, kept_bytes: int, proxy: int, upstream: Upstream
) -> None:
    with begin(proxy, method, path, kept_bytes, "Authorization: Bearer k") as sender:
        sender.sendall(b"x" * kept_bytes)
        assert b" 200 " in sender.recv(1000).partition(b"\r\n")[0]
    upstream.begun.clear()
    with begin(proxy, method, path, 2 * kept_bytes + 1) as sender:
        assert b" 413 " in sender.recv(1000).partition(b"\r\n")[0]
    assert upstream.begun == []


def test_many_who_send_slowly_keep_nobody_out(proxy: int) -> None:
    with ExitStack() as senders:
        for _ in range(300):
            slow = senders.enter_context(begin(proxy, "POST", "/v1/session", 100))
            slow.sendall(b"x")
        connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
        connection.request("GET", "/v1/me")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, CONTENT)
        connection.close()


def test_events_come_one_by_one(proxy: int, upstream: Upstream) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
    connection.request("GET", "/v1/jobs/j/events")
    answer = connection.getresponse()
    assert answer.readline() == b"data: first\n"
    assert not upstream.more.is_set()
    upstream.more.set()
    assert answer.read().endswith(b"data: last\n\n")
    connection.close()


def test_ranges_of_files_are_kept(proxy: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
    connection.request("GET", "/v1/media/m/stream", headers={"Range": "bytes=1000-1999"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Range"]) == (206, f"bytes 1000-1999/{len(CONTENT)}")
    assert answer.read() == CONTENT[1000:2000]
    connection.close()


def test_the_gateway_learns_who_asks_and_by_which_name(proxy: int, upstream: Upstream) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
    connection.request("GET", "/v1/me", headers={"Host": "winnow.example:8443", "X-Forwarded-For": "192.0.2.1"})
    connection.getresponse().read()
    connection.close()
    heads = upstream.heads["/v1/me"]
    assert heads["Host"] == "winnow.example:8443"
    assert heads["X-Forwarded-For"] == "192.0.2.1, 127.0.0.1"


def test_what_is_asked_for_is_passed_on_as_it_stands(proxy: int, upstream: Upstream) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
    connection.request("GET", "/api/queues/%2F?page=1&name=a%20b")
    connection.getresponse().read()
    connection.close()
    assert "/api/queues/%2F?page=1&name=a%20b" in upstream.heads
