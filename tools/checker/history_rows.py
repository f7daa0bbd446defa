"""Compares the database's row of an attempt with what its process told: its end, and both times."""

from collections.abc import Iterable

from history_attempts import Faults, Line
from history_causes import UNTIL_WRITTEN_MS

EARLY_MS = 100
"""How far a row's start may be after the process's first line, or its end before the last: two writes of one clock."""
LATE_MS = 10_000
"""How long a journal may take to write, on a machine that is busy: its start lies before the first line, its end after
the last."""
DYING_MS = 500
"""How long a process may go on after its kill: where its parent is killed, the kernel ends the parent first."""
RAISED = {
    "Cancelled": "cancelled",
    "Interrupted": "interrupted",
    "Locked": "timeout",
    "Misconfigured": "interrupted",
    "Superseded": "superseded",
    "TimedOut": "timeout",
}
"""The outcome after an error, by its class; after every other it is ``failed``."""
MAY_WAIT = frozenset(("Unavailable",))
"""Errors after which the message may go back to its queue as well: then the outcome is ``interrupted``."""
UNWRITTEN = frozenset(("JournalUnusable", "JournalCorrupt"))
"""Errors after which the journal was not told of the end."""


def wrong_place(execution: Line, row: Line) -> str:
    """Says where a row names another task, copy or node than its process did; empty if it does not."""
    names = ("job", "task", "run", "retry", "actor", "node")
    return "; ".join(
        f"{name} is {row[name]} and was {execution[name]}" for name in names if execution[name] != row[name]
    )


def wrong_outcome(execution: Line, row: Line, faults: Faults, *, has_rival: bool) -> str:
    """Says which outcome a row names and which were possible; empty if it names one of them.

    ``has_rival``: another attempt of the task, or a cancellation, may have ended it first.
    """
    possible = _outcomes(execution, faults, has_rival=has_rival)
    told = row["outcome"]
    if told is None and may_be_unwritten(execution, faults):
        return ""
    return "" if told in possible else f"its outcome is {told}, possible is {' or '.join(sorted(possible))}"


def wrong_times(
    execution: Line, row: Line, faults: Faults, *, waited: bool, next_process_ms: float, brief: bool
) -> str:
    """Says which time of a row is not its process's; empty if both are, within ``EARLY_MS`` and ``LATE_MS``.

    ``waited``: it may have waited for another task that had the process to itself. ``next_process_ms`` is the first
    execution of the node's next process. ``brief``: of its job ends alone are told, so its start is its end less the
    time that it took, or nothing if it died.
    """
    wrong = (
        _wrong_start(execution, row, faults, waited=waited, brief=brief),
        _wrong_end(execution, row, faults, next_process_ms),
    )
    return "; ".join(filter(None, wrong))


def _outcomes(execution: Line, faults: Faults, *, has_rival: bool) -> set[str]:
    return {*_after_end(execution, has_rival=has_rival), *_after_fault(execution, faults)}


def _after_end(execution: Line, *, has_rival: bool) -> Iterable[str]:
    """The outcomes of an execution whose end was written."""
    raised = execution["raised"]
    if execution["ended_ms"] is None or raised in UNWRITTEN:
        return
    yield RAISED.get(raised, "failed") if raised else "completed"
    if raised in MAY_WAIT:
        yield "interrupted"
    if has_rival:
        yield "superseded"


def _after_fault(execution: Line, faults: Faults) -> Iterable[str]:
    """The outcomes of one whose end was not written, if that is possible."""
    node, ended_ms = execution["node"], execution["ended_ms"]
    if ended_ms is None or faults.killed(node, ended_ms - DYING_MS, ended_ms + UNTIL_WRITTEN_MS):
        yield "died"
    elif execution["raised"] in UNWRITTEN or faults.on(node, ended_ms, ended_ms + UNTIL_WRITTEN_MS):
        yield from ("died", "unknown")
    if faults.lost_journal(node, execution["invoked_ms"]):
        yield "unknown"


def _wrong_start(execution: Line, row: Line, faults: Faults, *, waited: bool, brief: bool) -> str:
    node, started_ms, invoked_ms = execution["node"], row["started_ms"], execution["invoked_ms"]
    if started_ms is None:
        return "" if brief else "it has no start"
    if -(LATE_MS if brief else EARLY_MS) <= invoked_ms - started_ms <= LATE_MS:
        return ""
    if started_ms < invoked_ms and (waited or faults.on(node, started_ms, invoked_ms)):
        return ""
    return f"it started {invoked_ms - started_ms} ms before its process says"


def _wrong_end(execution: Line, row: Line, faults: Faults, next_process_ms: float) -> str:
    node, told_ms, ended_ms = execution["node"], row["ended_ms"], execution["ended_ms"]
    if told_ms is None:
        return "" if row["outcome"] == "unknown" or may_be_unwritten(execution, faults) else "it has no end"
    if row["outcome"] == "died":
        # Its end is what is known: the moment at which the node's next process found that it had died.
        least_ms = execution["invoked_ms"] if ended_ms is None else ended_ms
        if least_ms - EARLY_MS <= told_ms <= next_process_ms + EARLY_MS:
            return ""
        return f"it died at {told_ms}, was last seen at {least_ms}, and the next process ran at {next_process_ms}"
    if ended_ms is None or -EARLY_MS <= told_ms - ended_ms <= LATE_MS:
        return ""
    if told_ms > ended_ms and faults.on(node, ended_ms, told_ms):
        return ""
    return f"it ended {told_ms - ended_ms} ms after its process says"


def may_be_unwritten(execution: Line, faults: Faults) -> bool:
    """Whether a full disk may have kept its journal from writing the end, which its node's next start would tell of."""
    ended_ms = execution["ended_ms"]
    return ended_ms is not None and faults.filled_disk(execution["node"], ended_ms, ended_ms + UNTIL_WRITTEN_MS)


def seconds_apart(execution: Line, row: Line) -> Iterable[float]:
    """How far each time of a row is from its process's, where both tell of the same moment."""
    if row["started_ms"] is not None:
        yield abs(execution["invoked_ms"] - row["started_ms"]) / 1000
    if None not in (row["ended_ms"], execution["ended_ms"]) and row["outcome"] != "died":
        yield abs(execution["ended_ms"] - row["ended_ms"]) / 1000
