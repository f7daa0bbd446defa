"""Controls the runner (supervisord) of a stack: starts, queries and stops it."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow_contracts.errors import Unavailable
from winnow_local.at_work import process_at_work
from winnow_local.home import Home
from winnow_local.part import Part, folder
from winnow_local.probes import wait_ready
from winnow_local.secret_files import write_secret
from winnow_local.supervisor_config import render

_START_SECONDS = 20
_STOP_SECONDS = 90
_BETWEEN_LOOKS_SECONDS = 0.05
_GONE = frozenset((0, 100, 200, 1000))
"""States without a process: STOPPED, EXITED, FATAL, UNKNOWN."""


@dataclass(frozen=True, kw_only=True)
class PartState:
    """A part as the runner reports it. ``state`` is the runner's word in lower case.

    ``pid`` is the process that does the part's work, ``parent_pid`` the one that the runner started: they differ for
    workers, which a parent forks. 0 while there is none.
    """

    name: str
    state: str
    pid: int
    parent_pid: int


class Runner:
    """The runner of one home. Raises Unavailable while it does not run."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None

    def pid(self) -> int | None:
        """The runner's process id, or None if it does not run."""
        try:
            pid = int(self._home.supervisor_pid.read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        # The process id alone could belong to another program by now.
        return pid if os.fsencode(self._home.supervisor_config) in command else None

    def start(self, parts: Iterable[Part], environment: Mapping[str, str], *, tied: bool) -> None:
        """Starts the runner with no part running yet.

        ``tied``: it ends when this process ends, however that ends.
        """
        write_secret(self._home.supervisor_config, render(self._home, parts))
        folder(self._home.logs)
        folder(self._home.sockets, 0o700)
        tie = ("setpriv", "--pdeathsig", "TERM") if tied else ()
        with self._home.log("supervisor").open("ab") as log:
            self._process = subprocess.Popen(
                (*tie, sys.executable, "-m", "supervisor.supervisord", "-c", str(self._home.supervisor_config)),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal must reach only this process, which ends the parts in order.
                start_new_session=True,
            )
        wait_ready("runner", self._answers, _START_SECONDS, self._still_starts)

    def states(self) -> dict[str, PartState]:
        """Each part by name."""
        return {
            info["name"]: PartState(
                name=info["name"],
                state=info["statename"].lower(),
                pid=process_at_work(info["pid"]),
                parent_pid=info["pid"],
            )
            for info in self._call("getAllProcessInfo")
        }

    def start_part(self, name: str) -> None:
        """Starts a part's process, unless it runs; does not wait until it is ready."""
        with contextlib.suppress(_AlreadyStarted):  # by the runner itself, which begins again what has ended
            self._call("startProcess", name, False)

    def stop_parts(self, names: Iterable[str]) -> None:
        """Stops parts, all at once, and waits until they have ended. Skips those that do not run."""
        states = self.states()
        stopping = [name for name in names if name in states and states[name].state not in ("stopped", "fatal")]
        for name in stopping:
            try:
                self._call("stopProcess", name, False)
            except _NotRunning:
                continue
        until = time.monotonic() + _STOP_SECONDS
        while any(info["state"] not in _GONE for info in self._infos(stopping)) and time.monotonic() < until:
            time.sleep(_BETWEEN_LOOKS_SECONDS)

    def kill_part(self, name: str) -> int:
        """Kills (SIGKILL) the process that does a part's work, which restarts; returns the killed process id."""
        pid = self.states()[name].pid
        if not pid:
            raise Unavailable(f"The part {name} does not run.", dependency=name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def shut_down(self) -> None:
        """Ends the runner, which ends what still runs, and waits for its end. Does nothing if it does not run."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _STOP_SECONDS
        while self._runs() and time.monotonic() < until:
            time.sleep(_BETWEEN_LOOKS_SECONDS)
        self._process = None

    def wait(self) -> None:
        """Waits until the runner ends by itself."""
        if self._process is not None:
            self._process.wait()

    def _runs(self) -> bool:
        if self._process is not None:
            # A child that ended stays a zombie until this process waits for it.
            return self._process.poll() is None
        return self.pid() is not None

    def _answers(self) -> None:
        self._call("getState")

    def _still_starts(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            words = self._home.log("supervisor").read_text(encoding="utf-8", errors="replace")[-1000:]
            raise Unavailable(f"The runner ended at once. {words}", dependency="runner")

    def _infos(self, names: Iterable[str]) -> list[Any]:
        wanted = set(names)
        return [info for info in self._call("getAllProcessInfo") if info["name"] in wanted]

    def _call(self, method: str, *arguments: object) -> Any:
        # A client per call: a client is not safe for several threads.
        transport = _UnixTransport(self._home.sockets / "runner.sock")
        try:
            with xmlrpc.client.ServerProxy("http://runner", transport=transport) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultString.startswith("NOT_RUNNING"):
                raise _NotRunning(fault.faultString, dependency="runner") from fault
            if fault.faultString.startswith("ALREADY_STARTED"):
                raise _AlreadyStarted(fault.faultString, dependency="runner") from fault
            raise Unavailable(f"The runner refused: {fault.faultString}", dependency="runner") from fault
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(
                "The stack does not run.", dependency="runner", hint="Start it with ./winnow up."
            ) from error


class _NotRunning(Unavailable):
    """The part had ended already."""


class _AlreadyStarted(Unavailable):
    """The part runs already."""


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: tuple[str, dict[str, str]] | str) -> http.client.HTTPConnection:
        connection = _UnixConnection(self._path)
        # The base class looks here for what it has to close.
        self._connection = (host, connection)
        return connection


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.timeout)
        try:
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            raise
        self.sock = connection
