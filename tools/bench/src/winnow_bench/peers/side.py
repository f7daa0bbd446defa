"""One system at work: its adapter's commands, and its worker as a process that can be frozen and killed."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from winnow_backup.postgres_programs import programs
from winnow_bench.pair.processes import THREADS, Process
from winnow_bench.peers.bodies import Bodies
from winnow_bench.peers.servers import Servers
from winnow_bench.peers.systems import System
from winnow_contracts.errors import TimedOut, Unavailable

ADAPTERS = Path(__file__).with_name("adapters")
_FILL_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Jobs that were enqueued one at a time, by the numbers under which their bodies write, and how long each took."""

    jobs: Sequence[int]
    waits_ms: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Side:
    """A system that is set up in ``home``. ``command`` runs its adapter, ``variables`` are its addresses."""

    name: str
    home: Path
    command: tuple[str, ...]
    variables: Mapping[str, str]

    @contextmanager
    def at_work(self, *, work_ms: int = 0) -> Iterator[tuple[Process, Bodies]]:
        """Empties the store, and yields a worker whose bodies take ``work_ms`` milliseconds, and what they write."""
        self._obey("prepare")
        marks = self.home / "marks"
        marks.unlink(missing_ok=True)
        bodies = Bodies(marks)
        worker = self.start_worker(work_ms)
        try:
            yield worker, bodies
        finally:
            worker.end()
            bodies.close()

    def start_worker(self, work_ms: int = 0) -> Process:
        """Starts a worker process."""
        return Process((*self.command, "work"), self.environment(work_ms), self.home / "worker.log")

    def fill(self, kind: str, jobs: Sequence[int]) -> None:
        """Enqueues jobs, whose numbers follow each other, by a process of the system's own.

        Raises Unavailable if it fails, and TimedOut.
        """
        self._obey(kind, str(jobs[0]), str(len(jobs)))

    def accept(self, jobs: Sequence[int]) -> Accepted:
        """Enqueues single tasks one at a time, each until the store has it. Raises Unavailable and TimedOut."""
        return Accepted(jobs=jobs, waits_ms=json.loads(self._obey("accept", str(jobs[0]), str(len(jobs)))))

    def submit_chains(self, jobs: Sequence[int]) -> Sequence[int]:
        """Enqueues chains, as whoever uses the system would; returns the numbers under which their bodies write."""
        self.fill("chain", jobs)
        return jobs

    def last_words(self) -> str:
        """The last line of its workers' log."""
        log = self.home / "worker.log"
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
        return lines[-1] if lines else "nothing"

    def environment(self, work_ms: int = 0) -> dict[str, str]:
        """What the adapter is told."""
        return {
            **self.variables,
            "PEER_FOLDER": str(self.home),
            "PEER_MARKS": str(self.home / "marks"),
            "PEER_THREADS": str(THREADS),
            "PEER_WORK_MS": str(work_ms),
        }

    def _obey(self, *words: str) -> str:
        try:
            done = subprocess.run(
                (*self.command, *words),
                env={**os.environ, **self.environment()},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_FILL_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise TimedOut(f"{words[0]!r} of {self.name} did not end within {_FILL_SECONDS} s.") from error
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
            raise Unavailable(f"{words[0]!r} of {self.name} failed: {lines[-1]}", dependency=self.name)
        return done.stdout


def peer_side(system: System, python: Path, servers: Servers, home: Path) -> Side:
    """A system with the Python that has its packages, on these servers."""
    home.mkdir(parents=True)
    return Side(
        name=system.name,
        home=home,
        command=(str(python), str(ADAPTERS / "run_adapter.py"), f"{system.adapter}_peer"),
        variables={
            "PEER_AMQP_URL": servers.amqp_url,
            "PEER_POSTGRES_URL": servers.make_database(f"peer_{system.key.replace('-', '_')}"),
            "PEER_REDIS_URL": servers.start_redis(system.appendfsync) if system.appendfsync else "",
            # A worker program of a system imports the adapter by its name; a set-up runs psql.
            "PYTHONPATH": str(ADAPTERS),
            "PATH": f"{python.parent}:{programs()}:{os.environ['PATH']}",
        },
    )
