"""How long a killed node needs until its next process takes up work."""

import math
from collections.abc import Iterable, Sequence

from winnow_local.chaos.executions import Execution
from winnow_local.chaos.striker import Struck

_DEADLY = frozenset(("kill", "journal_deleted", "drill"))
"""The last is a drill that was asked to kill its process."""


def recovery_seconds(executions: Iterable[Execution], struck: Sequence[Struck]) -> list[float]:
    """Seconds from each SIGKILL of a node to the first task of its next process.

    A node that was struck again before it got work, or got none, gives no figure.
    """
    runs = sorted(executions, key=lambda one: one.began_ms)
    found: list[float] = []
    for one in struck:
        if one.fault not in _DEADLY or one.failed:
            continue
        old = {run.pid for run in runs if run.node == one.target and run.began_ms <= one.began_ms}
        again_ms = min(
            (other.began_ms for other in struck if other.target == one.target and other.began_ms > one.began_ms),
            default=math.inf,
        )
        first = next(
            (
                run.began_ms
                for run in runs
                if run.node == one.target and run.began_ms > one.began_ms and run.pid not in old
            ),
            math.inf,
        )
        if first < again_ms:
            found.append((first - one.began_ms) / 1000)
    return found


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least ``share`` of all do not exceed; None without values."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]
