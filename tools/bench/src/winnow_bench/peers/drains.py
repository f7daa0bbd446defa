"""One drain: a worker that runs is frozen, its store is filled, and it is let go until the last task has ended."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.measures import spent
from winnow_bench.pair.processes import Process
from winnow_bench.peers.bodies import Bodies
from winnow_bench.peers.side import Side
from winnow_harness.usage import usages

TASKS = {"single": 1, "chain": 3}
"""How many tasks a job of each kind has."""
_LIMIT_SECONDS = 300
_LOOK_SECONDS = 0.5
_QUIET_CPU_SECONDS = 0.075
"""What all parts together use between two looks when they have nothing left to do, pollers included."""
_SETTLE_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Drain:
    """How one system emptied its store once. ``cpu_ms`` is processor time by part, in milliseconds for one task."""

    tasks: int
    seconds: float
    cpu_ms: Mapping[str, float]

    @property
    def per_second(self) -> float:
        """Tasks in a second, from the moment at which the worker may begin to the last one's end."""
        return self.tasks / self.seconds


def drain(
    side: Side, worker: Process, bodies: Bodies, kind: str, jobs: Sequence[int], servers: Mapping[str, int]
) -> Drain:
    """Drains jobs of one kind; ``servers`` has the first process of each. Raises TimedOut and Unavailable."""
    roots = {"worker": worker.pid, **servers}
    with worker.frozen():
        side.fill(kind, jobs)
        before, began_ns = usages(roots), time.monotonic_ns()
    seconds = (bodies.wait(jobs, _LIMIT_SECONDS) - began_ns) / 1e9
    settle(roots)
    tasks = len(jobs) * TASKS[kind]
    return Drain(tasks=tasks, seconds=seconds, cpu_ms=spent(before, usages(roots), tasks))


def settle(roots: Mapping[str, int]) -> None:
    """Waits until the last acks, events and vacuums are done, which belong to the cost of what went before."""
    until, before = time.monotonic() + _SETTLE_SECONDS, _cpu_seconds(roots)
    while time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
        now = _cpu_seconds(roots)
        if now - before < _QUIET_CPU_SECONDS:
            return
        before = now


def _cpu_seconds(roots: Mapping[str, int]) -> float:
    return sum(usage.cpu_seconds for usage in usages(roots).values())
