"""Runs stock Dramatiq's workers on a real broker behind the same proxy, and restarts them whenever they end."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from winnow_bench.stock import tasks as stock_tasks
from winnow_contracts.errors import Unavailable
from winnow_harness.chaos.faults.processes import HEARTBEAT_SECONDS
from winnow_harness.fixtures.proxy import Proxy
from winnow_harness.fixtures.servers import RabbitFixture

_THREADS = 8


class StockWorld:
    """Two worker nodes.

    Call ``start``, ``keep`` and ``close`` in one thread: the kernel ends children together with the thread that made
    them.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.workers = self.processes = ("stock-1", "stock-2")
        self.ledger_file = home / "drills.jsonl"
        self.rabbit = RabbitFixture(home / "broker")
        broker = urlsplit(self.rabbit.url)
        assert broker.port is not None
        self.proxy = Proxy(broker.port)
        through = broker._replace(
            netloc=f"{broker.username}:{broker.password}@127.0.0.1:{self.proxy.port}",
            query=f"heartbeat={HEARTBEAT_SECONDS}",
        )
        self._amqp_url = through.geturl()
        self._log = home / "workers.log"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Starts the broker and the workers."""
        self.rabbit.start()
        self.keep()

    def keep(self) -> None:
        """Restarts workers that ended."""
        for node in self.workers:
            process = self._running.get(node)
            if process is None or process.poll() is not None:
                self._running[node] = self._spawn(node)

    def signal(self, name: str, number: signal.Signals) -> int:
        """Signals a worker and its children."""
        process = self._running[name]
        if process.poll() is not None:
            raise Unavailable(f"The worker {name} does not run.", dependency=name)
        os.killpg(process.pid, number)
        return process.pid

    def close(self) -> None:
        """Ends everything."""
        for process in self._running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.rabbit.close()
        self.proxy.close()

    def _spawn(self, node: str) -> subprocess.Popen[bytes]:
        variables = {
            stock_tasks.URL: self._amqp_url,
            stock_tasks.LEDGER: str(self.ledger_file),
            stock_tasks.NODE: node,
        }
        words = ("-p", "1", "-t", str(_THREADS), "-Q", stock_tasks.QUEUE)
        with self._log.open("ab") as log:
            return subprocess.Popen(
                ("setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "dramatiq", stock_tasks.__name__, *words),
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
