"""One kill: a worker in the middle of chains is killed with SIGKILL, and a new one takes its place."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from winnow_bench.peers.bodies import LAST_STEP
from winnow_bench.peers.side import Side
from winnow_contracts.errors import TimedOut

_WORK_MS = 20
"""Long enough that each thread is within a body when the worker dies."""
_BEFORE_SHARE = 0.4
_BEFORE_SECONDS = 120
_LOOK_SECONDS = 0.005


@dataclass(frozen=True, kw_only=True)
class Kill:
    """What one kill cost. ``lost`` jobs had not ended when the bench stopped waiting for them.

    ``run_twice`` counts tasks that began more than once; ``seconds`` are from the start of the new worker to the last
    end that was seen.
    """

    jobs: int
    lost: int
    run_twice: int
    seconds: float


def kill(side: Side, jobs: Sequence[int], *, recovery_seconds: float) -> Kill:
    """Kills the worker at two fifths of the chains' tasks, and waits for the rest. Raises TimedOut and Unavailable."""
    with side.at_work(work_ms=_WORK_MS) as (worker, bodies):
        side.fill("chain", jobs)
        wanted, until = len(jobs) * LAST_STEP * _BEFORE_SHARE, time.monotonic() + _BEFORE_SECONDS
        while len(bodies.ended_ns) < wanted:
            if time.monotonic() > until:
                raise TimedOut(f"{len(bodies.ended_ns)} tasks ended before the kill, within {_BEFORE_SECONDS} s.")
            time.sleep(_LOOK_SECONDS)
        worker.kill()
        began_ns = time.monotonic_ns()
        successor = side.start_worker(_WORK_MS)
        try:
            until = time.monotonic() + recovery_seconds
            while bodies.unfinished(jobs) and time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)
        finally:
            successor.end()
        return Kill(
            jobs=len(jobs),
            lost=len(bodies.unfinished(jobs)),
            run_twice=sum(times > 1 for times in bodies.began.values()),
            seconds=round((max(bodies.ended_ns.values()) - began_ns) / 1e9, 1),
        )
