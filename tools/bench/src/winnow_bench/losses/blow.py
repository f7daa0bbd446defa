"""One fault in the middle of chains, and what came of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from winnow_bench.losses.faults import Fault
from winnow_bench.pair.processes import Process
from winnow_bench.peers.bodies import LAST_STEP, Bodies
from winnow_bench.peers.servers import Servers
from winnow_bench.peers.side import Side
from winnow_bench.peers.systems import System
from winnow_contracts.errors import TimedOut

WORK_MS = 50
_BEFORE_SHARE = 0.4
_BEFORE_SECONDS = 120
_AFTER_SECONDS = 5.0
"""How long repeats are waited for once all jobs have ended."""
_LOOK_SECONDS = 0.01


@dataclass(frozen=True, kw_only=True)
class Blow:
    """What one fault cost. ``lost`` jobs had not ended when nothing had been heard of any for the bench's patience.

    ``run_twice`` counts tasks that began more than once. ``last_seconds`` are from the fault to the last end of a task.
    ``worker_starts`` counts how often a worker that had ended by itself was started.
    """

    jobs: int
    lost: int
    run_twice: int
    last_seconds: float
    worker_starts: int


def blow(
    fault: Fault, side: Side, system: System, servers: Servers, jobs: Sequence[int], *, patience_seconds: float
) -> Blow:
    """Fills chains, strikes at two fifths of their tasks, and waits for the rest. Raises TimedOut and Unavailable."""
    with side.at_work(work_ms=WORK_MS) as (worker, bodies):
        with worker.frozen():
            numbers = side.submit_chains(jobs)
        _wait_for_the_middle(bodies, len(numbers))
        struck_ns = time.monotonic_ns()
        successors = []
        if fault.kills_worker:
            worker.kill()
            successors.append(side.start_worker(WORK_MS))
        fault.strike(servers, system)
        try:
            starts = _watch(side, worker, successors, bodies, numbers, patience_seconds)
        finally:
            for successor in successors:
                successor.end()
        last_ns = max(bodies.ended_ns.values())
        return Blow(
            jobs=len(numbers),
            lost=len(bodies.unfinished(numbers)),
            run_twice=sum(times > 1 for times in bodies.began.values()),
            last_seconds=round(max(0, last_ns - struck_ns) / 1e9, 1),
            worker_starts=starts,
        )


def _wait_for_the_middle(bodies: Bodies, jobs: int) -> None:
    wanted, until = jobs * LAST_STEP * _BEFORE_SHARE, time.monotonic() + _BEFORE_SECONDS
    while len(bodies.ended_ns) < wanted:
        if time.monotonic() > until:
            raise TimedOut(f"{len(bodies.ended_ns)} tasks ended before the fault, within {_BEFORE_SECONDS} s.")
        time.sleep(_LOOK_SECONDS)


def _watch(
    side: Side,
    worker: Process,
    successors: list[Process],
    bodies: Bodies,
    numbers: Sequence[int],
    patience_seconds: float,
) -> int:
    """Until nothing happens any more. A worker that ended by itself is started again, as a supervisor would."""
    heard, heard_at, starts = 0, time.monotonic(), 0
    while True:
        if (now := sum(bodies.began.values()) + len(bodies.ended_ns)) != heard:
            heard, heard_at = now, time.monotonic()
        patience = patience_seconds if bodies.unfinished(numbers) else _AFTER_SECONDS
        if time.monotonic() - heard_at > patience:
            return starts
        if (successors[-1] if successors else worker).has_ended:
            successors.append(side.start_worker(WORK_MS))
            starts += 1
        time.sleep(_LOOK_SECONDS)
