"""Starts the workers of both sides as processes of their own, and freezes them while their queues are filled."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from winnow_bench.pair import applied_events, stock_worker, winnow_worker

THREADS = 8
_END_SECONDS = 30
_NOBODY = "http://127.0.0.1:1"


@dataclass(frozen=True, kw_only=True)
class IndexAddress:
    """Where index's internal API is, and the token of services."""

    url: str
    service_token: str


class Process:
    """A command's process with its children, in a group of its own; it ends with the bench."""

    def __init__(self, command: Sequence[str], variables: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                ("setpriv", "--pdeathsig", "KILL", *command),
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.pid = self._process.pid

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Freezes it within the block: what comes meanwhile waits in its queues."""
        os.killpg(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.pid, signal.SIGCONT)

    @property
    def has_ended(self) -> bool:
        """Whether it is gone, by itself or by somebody else."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """Kill it (SIGKILL) with its children, and wait until it is gone."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        """Ask it to end, and kill it if it does not."""
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


def start_stock(amqp_url: str, home: Path, marks: Path) -> Process:
    """Starts one stock Dramatiq worker process on its three queues."""
    command = (sys.executable, "-m", "dramatiq", stock_worker.__name__, "-p", "1", "-t", str(THREADS))
    variables = {stock_worker.URL: amqp_url, stock_worker.MARKS: str(marks)}
    return Process((*command, "-Q", *stock_worker.QUEUES), variables, home / "stock.log")


def start_winnow(
    amqp_url: str,
    home: Path,
    marks: Path,
    lanes: Sequence[str],
    index: IndexAddress | None,
    *,
    node: str = "bench",
    ships: bool = True,
) -> Process:
    """Starts one Winnow worker process with a fresh journal on these lanes.

    Without ``index`` it asks for control once a second in vain, as it does while index is away. Unless it ``ships``,
    its events stay in its journal.
    """
    variables = {winnow_worker.MARKS: str(marks), **worker_variables(amqp_url, home / "node", index, node=node)}
    command = (sys.executable, "-m", winnow_worker.__name__, ",".join(lanes), str(THREADS))
    kept = () if ships else (winnow_worker.UNSHIPPED,)
    return Process((*command, *kept), variables, home / "winnow.log")


def worker_variables(amqp_url: str, data: Path, index: IndexAddress | None, *, node: str = "bench") -> dict[str, str]:
    """The settings of a Winnow worker whose journal is in ``data``, which is made, and whose actors reach no store."""
    data.mkdir(parents=True, exist_ok=True)
    return {
        "WINNOW_NODE": node,
        "WINNOW_DATA_DIR": str(data),
        "WINNOW_AMQP_URL": amqp_url,
        "WINNOW_INDEX_URL": index.url if index else _NOBODY,
        "WINNOW_SERVICE_TOKEN": index.service_token if index else "none",
        **dict.fromkeys(("WINNOW_S3_ENDPOINT", "WINNOW_S3_BUCKET"), "none"),
        **dict.fromkeys(("WINNOW_S3_ACCESS_KEY", "WINNOW_S3_SECRET_KEY"), "none"),
    }


def start_applying(amqp_url: str, home: Path) -> Process:
    """Starts the process that answers events as index does."""
    command = (sys.executable, "-m", applied_events.__name__)
    return Process(command, {applied_events.URL: amqp_url}, home / "applied.log")
