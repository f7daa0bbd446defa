"""A redis-server of the bench's own, with its append-only file on the disk; Debian's package has the program."""

import shutil
import socket
import time
from pathlib import Path

from winnow_bench.pair.processes import Process
from winnow_contracts.errors import Unavailable
from winnow_harness.fixtures.servers import free_ports

_READY_SECONDS = 20
_LOOK_SECONDS = 0.02


class RedisServer:
    """One server whose data lies in ``home``. ``appendfsync`` is ``always``, ``everysec`` or ``no``."""

    def __init__(self, home: Path, appendfsync: str) -> None:
        self._home = home
        self._appendfsync = appendfsync
        self._port = free_ports("redis")["redis"]
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int:
        """Its process, 0 while there is none."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Starts it, and waits until it answers. Raises Unavailable if it does not, or is not installed."""
        if not (program := shutil.which("redis-server")):
            raise Unavailable(
                "There is no redis-server on this machine: apt-get install redis-server.", dependency="redis"
            )
        self._home.mkdir(parents=True, exist_ok=True)
        options = {
            "bind": "127.0.0.1",
            "port": str(self._port),
            "dir": str(self._home),
            "appendonly": "yes",
            "appendfsync": self._appendfsync,
            "save": "",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = Process((program, *words), {}, self._home / "redis.log")
        until = time.monotonic() + _READY_SECONDS
        while not self._answers():
            if time.monotonic() > until:
                raise Unavailable(f"redis-server did not answer within {_READY_SECONDS} s.", dependency="redis")
            time.sleep(_LOOK_SECONDS)

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        if self._process:
            self._process.kill()
            self._process = None

    def delete_data(self) -> None:
        """Delete what it kept, while it does not run."""
        shutil.rmtree(self._home / "appendonlydir")

    def end(self) -> None:
        """End it."""
        if self._process:
            self._process.end()
            self._process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                # While it loads its file it answers with an error.
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
