"""PostgreSQL's processes and the sessions in them, read from /proc, and signals to them."""

import os
import re
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from winnow_harness.usage import descendants

_CLIENT = re.compile(r" 127\.0\.0\.1\((\d+)\)(.*)")


@dataclass(frozen=True, kw_only=True)
class Session:
    """One session: its process, the client's port, and what it does, as ``idle in transaction``."""

    pid: int
    client_port: int
    doing: str


def sessions(server_pid: int) -> list[Session]:
    """Returns the sessions of clients; each process says of itself whom it serves."""
    found = []
    for pid in descendants(server_pid):
        if match := _CLIENT.search(_command(pid)):
            found.append(Session(pid=pid, client_port=int(match[1]), doing=match[2].strip()))
    return found


def signal_server(server_pid: int, number: signal.Signals) -> None:
    """Signals every process of the server: each is a group of its own."""
    for pid in descendants(server_pid):
        send_signal(pid, number)


def send_signal(pid: int, number: signal.Signals) -> None:
    """Signals a process, unless it has just ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def ports_of(pids: set[int]) -> set[int]:
    """The local TCP ports of these processes' sockets over IPv4."""
    wanted = {link for pid in pids for link in _sockets(pid)}
    lines = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    return {int(fields[1].rpartition(":")[2], 16) for fields in lines if f"socket:[{fields[9]}]" in wanted}


def _sockets(pid: int) -> set[str]:
    found = set()
    with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # it was just closed
                found.add(str(file.readlink()))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
