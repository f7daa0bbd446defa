"""Measures how long a killed node needs until its next process takes work, and which kills do not count."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from winnow_harness.chaos.executions import Execution
from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.striker import Struck

_KILLED = {"kill": "process", "kill_parent": "parent", "journal_deleted": "process", "drill": "process"}
"""What each deadly fault kills; the last is a drill that asks its process to kill itself."""

STRUCK_AGAIN = "struck again before it got work"
SLOWED = "the library that steps its clock slows it"
NO_TASK = "no drill came to it"
"""Drills never reach the gateway, index's API and the node that examines."""


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """One SIGKILL of a node.

    ``seconds`` from the kill to the first task of the node's next process; None if none came. ``idle_seconds`` are
    excluded: the process was consuming, but that task was not yet sent. ``left_out`` says why this does not measure the
    node, for example the outage of a server it needs; empty if it counts. ``with_parent``: the process that forks the
    node was killed, and the node with it.
    """

    node: str
    seconds: float | None
    left_out: str
    with_parent: bool
    idle_seconds: float = 0.0


def killed_part(one: Struck) -> str:
    """Returns what the fault killed: a node's ``process``, the ``parent`` that forks it, or nothing (empty)."""
    return _KILLED.get(one.fault, "")


def recoveries(
    executions: Iterable[Execution],
    struck: Sequence[Struck],
    faults: Mapping[str, Fault],
    ready_ms: Mapping[int, int],
    slowed: str = "",
) -> list[Recovery]:
    """Returns every SIGKILL of a process, in the order of ``struck``; ``ready_ms`` is from ``read_readiness``.

    Left out: a node that was struck again before it got work, or got none; and a node that needed a server which was
    down for some of the time, because that time is not the node's doing. The node ``slowed``, whose clock can be
    stepped, is left out too: under libfaketime an HTTP request costs it seventy times the CPU.
    """
    runs = sorted(executions, key=lambda one: one.began_ms)
    deadly = [one for one in struck if killed_part(one) and not one.failed]
    found = [_recovery(one, runs, struck, faults, ready_ms) for one in deadly]
    return [replace(one, left_out=one.left_out or SLOWED) if one.node == slowed else one for one in found]


def _recovery(
    one: Struck,
    runs: Sequence[Execution],
    struck: Sequence[Struck],
    faults: Mapping[str, Fault],
    ready_ms: Mapping[int, int],
) -> Recovery:
    first = _first(one, runs)
    again_ms = min(
        (other.began_ms for other in struck if other.target == one.target and other.began_ms > one.began_ms),
        default=math.inf,
    )
    if first is None or first.began_ms >= again_ms:
        left_out = NO_TASK if again_ms == math.inf else STRUCK_AGAIN
        return Recovery(node=one.target, seconds=None, left_out=left_out, with_parent=killed_part(one) == "parent")
    idle_ms = _idle_ms(one, first, ready_ms)
    return Recovery(
        node=one.target,
        seconds=(first.began_ms - one.began_ms - idle_ms) / 1000,
        left_out=_outage(one, first.began_ms, struck, faults),
        with_parent=killed_part(one) == "parent",
        idle_seconds=idle_ms / 1000,
    )


def _first(one: Struck, runs: Sequence[Execution]) -> Execution | None:
    """The first task of the node's next process, None if there was none."""
    old = {run.pid for run in runs if run.node == one.target and run.began_ms <= one.began_ms}
    later = (run for run in runs if run.node == one.target and run.began_ms > one.began_ms and run.pid not in old)
    return next(later, None)


def _idle_ms(one: Struck, first: Execution, ready_ms: Mapping[int, int]) -> int:
    """How long (ms) the process had been consuming before its first task was sent.

    A wrong clock cannot make idle time: it is 0 if the task seems sent after it began, or before the kill.
    """
    ready = ready_ms.get(first.pid, 0)
    return first.due_ms - ready if one.began_ms <= ready < first.due_ms <= first.began_ms else 0


def _outage(one: Struck, until_ms: int, struck: Sequence[Struck], faults: Mapping[str, Fault]) -> str:
    """The fault of a server the node needs that was open between the kill and its first task, if any."""
    for other in struck:
        fault = faults.get(other.fault)
        if fault is None or not fault.shared or not (fault.holds_up or fault.touches)(one.target, other.target):
            continue
        ended_ms = math.inf if other.ended_ms is None else other.ended_ms + 1000 * fault.aftermath_seconds
        if other.began_ms <= until_ms and ended_ms >= one.began_ms:
            return f"{other.fault} was on"
    return ""
