"""Finds the executions that were repeats, and their causes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from winnow_harness.chaos.executions import Execution
from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.striker import Struck

_UNTIL_ACKED_MS = 1000
"""After the actor returns, its end is committed, its messages are confirmed, and only then is its message acked."""
_UNTIL_DEAD_MS = 500
"""A process that is being killed may still begin a task, which it never ends."""
_LONG_AGO_MS = 60_000


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A task that ran again with the same run and retry. ``in_flight``: see ``find_repeats``."""

    task_id: str
    job_id: str
    actor: str
    first_node: str
    node: str
    at_ms: int
    in_flight: bool
    cause: str


def find_repeats(
    executions: Iterable[Execution], struck: Sequence[Struck], faults: Mapping[str, Fault]
) -> list[Repeat]:
    """Returns every repeat by time.

    In flight: the previous execution was delivered and not yet acked while a fault affected its process, its connection
    or a server it needs. Any other repeat should not occur.
    """
    by_message: dict[tuple[str, int, int], list[Execution]] = defaultdict(list)
    for execution in sorted(executions, key=lambda one: one.began_ms):
        by_message[execution.task_id, execution.run, execution.retry].append(execution)
    repeats = [
        _repeat(earlier, later, struck, faults) for runs in by_message.values() for earlier, later in pairwise(runs)
    ]
    return sorted(repeats, key=lambda repeat: repeat.at_ms)


def _repeat(earlier: Execution, later: Execution, struck: Sequence[Struck], faults: Mapping[str, Fault]) -> Repeat:
    cause = next(_touching(earlier, later, struck, faults), None)
    return Repeat(
        task_id=later.task_id,
        job_id=later.job_id,
        actor=later.actor,
        first_node=earlier.node,
        node=later.node,
        at_ms=later.began_ms,
        in_flight=cause is not None,
        cause=_words(cause) if cause else _guess(earlier, later, struck),
    )


def _touching(
    earlier: Execution, later: Execution, struck: Sequence[Struck], faults: Mapping[str, Fault]
) -> Iterator[Struck]:
    """The faults that affected the earlier execution while its message was unacked."""
    # An execution that never returned was never acked: its message was out until the broker redelivered it.
    until_ms = later.began_ms if earlier.ended_ms is None else earlier.ended_ms + _UNTIL_ACKED_MS
    for one in struck:
        fault = faults.get(one.fault)
        touches = fault.touches(earlier.node, one.target) if fault else one.target == earlier.node
        healed_ms = one.ended_ms if one.ended_ms is not None else later.began_ms
        if earlier.ended_ms is None:
            healed_ms += _UNTIL_DEAD_MS
        if touches and one.began_ms <= until_ms and healed_ms >= earlier.began_ms:
            yield one


def _words(one: Struck) -> str:
    return f"{one.fault} {one.target}".rstrip()


def _guess(earlier: Execution, later: Execution, struck: Sequence[Struck]) -> str:
    """The last fault before the repeat, as its possible cause, and whether another attempt of its sender wrote it."""
    # A message that is published again keeps its time; each attempt of the task that sends it writes one of its own.
    copy = "its sender ran twice, " if earlier.due_ms != later.due_ms else ""
    before = [one for one in struck if later.began_ms - _LONG_AGO_MS < one.began_ms <= later.began_ms]
    if not before:
        return f"{copy}no fault was near"
    last = max(before, key=lambda one: one.began_ms)
    return f"{copy}{(later.began_ms - last.began_ms) / 1000:.1f} s after {_words(last)}"
