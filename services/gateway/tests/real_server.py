"""The gateway's real server as a process of its own, with in-memory components."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("standalone_server.py")


@dataclass
class Server:
    port: int
    health_port: int
    data_dir: Path
    key: str
    process: subprocess.Popen[bytes]

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any], Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, {"Authorization": f"Bearer {self.key}", **headers})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), json.loads(text)

    def talk(self, *pieces: bytes, half_close: bool = False) -> bytes:
        """Sends bytes unchanged and reads until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            for piece in pieces:
                connection.sendall(piece)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            return read_all(connection)

    def head(self, *lines: str) -> bytes:
        first = (
            "POST /v1/media?filename=a.wav HTTP/1.1",
            "Host: x",
            f"Authorization: Bearer {self.key}",
            "Connection: close",
        )
        return "\r\n".join((*first, *lines, "", "")).encode()

    def peak_bytes(self) -> int:
        status = Path(f"/proc/{(self.data_dir / 'pid').read_text()}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found.group(1)) * 1024


def read_all(connection: socket.socket) -> bytes:
    answer = b""
    while data := connection.recv(65536):
        answer += data
    return answer


@contextmanager
def running_server(data_dir: Path, index_url: str, key: str, limits: dict[str, float]) -> Iterator[Server]:
    """Runs the server, with these ClientLimits, until the block ends."""
    port, health_port = free_ports()
    process = subprocess.Popen(
        (sys.executable, PROGRAM, str(port), str(health_port), data_dir, index_url, json.dumps(limits))
    )
    server = Server(port=port, health_port=health_port, data_dir=data_dir, key=key, process=process)
    try:
        deadline = time.monotonic() + 100
        while True:
            try:
                if server.request("GET", "/healthz")[0] == 200:
                    break
            except OSError:
                assert process.poll() is None, "the server ended"
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.1)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=100)


def free_ports() -> tuple[int, int]:
    """Two free ports, another each."""
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
