"""Stock Dramatiq's side: one worker process, fed by a sender in this process."""

import os
import subprocess
import sys
import time
from pathlib import Path

from winnow_bench.tasks import stock_chain
from winnow_contracts.errors import TimedOut

_THREADS = 8
_LOOK_SECONDS = 0.02


class StockSide:
    """Runs chains through one stock worker. ``pid`` is its first process. Use it in a ``with`` block."""

    def __init__(self, amqp_url: str, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._ends = home / "ends"
        self._ends.write_bytes(b"")
        self._broker, self._first = stock_chain.make_chain(amqp_url)
        words = ("-p", "1", "-t", str(_THREADS), "-Q", *stock_chain.QUEUES)
        variables = {stock_chain.URL: amqp_url, stock_chain.ENDS: str(self._ends)}
        with (home / "stock.log").open("ab") as log:
            self._worker = subprocess.Popen(
                ("setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "dramatiq", stock_chain.__name__, *words),
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.pid = self._worker.pid

    def __enter__(self) -> "StockSide":
        """Wait until it works: the first chain declares the queues and opens the connections."""
        self.run(1)
        return self

    def __exit__(self, *_: object) -> None:
        """End the worker."""
        self._worker.terminate()
        self._worker.wait(30)
        self._broker.close()

    def run(self, jobs: int, *, limit_seconds: float = 300) -> float:
        """Sends ``jobs`` chains and waits for their ends; returns the seconds. Raises TimedOut."""
        before, began = self._ends.stat().st_size, time.monotonic()
        for _ in range(jobs):
            self._first.send()
        while self._ends.stat().st_size < before + jobs:
            if time.monotonic() > began + limit_seconds:
                raise TimedOut(f"Stock Dramatiq did not end {jobs} chains within {limit_seconds:.0f} s.")
            time.sleep(_LOOK_SECONDS)
        return time.monotonic() - began
