"""Tells from executions and faults why an execution ran: the causes that its row in the database may name."""

from collections.abc import Sequence, Set

from history_attempts import Attempt, Faults

UNTIL_WRITTEN_MS = 1_000
"""How long after an actor's end its process may die before the end is written."""
HANDED_BACK = frozenset(("Interrupted", "Unavailable", "Misconfigured"))
"""Errors after which a message goes back to its queue, and the same copy runs again."""


def possible_causes(
    one: Attempt,
    before: Sequence[Attempt],
    faults: Faults,
    *,
    nodes: Set[str],
    senders: Set[str],
    asked_ms: int,
    was_accepted_late: bool,
) -> frozenset[str]:
    """Returns the causes that are possible for an attempt that was executed.

    ``before`` are earlier attempts of the same task, oldest first. ``nodes`` may get such a task, ``senders`` had a
    part in sending it; ``asked_ms`` is when its job was asked for (Unix milliseconds). ``was_accepted_late``: the
    request took so long that its command may have been sent by another way too, or asked for again.
    """
    retry, node = one.line["retry"], one.line["node"]
    same = [other for other in before if other.line["retry"] == retry]
    own = [
        other for other in same if other.line["node"] == node and not faults.lost_journal(node, other.at_ms, one.at_ms)
    ]
    if own:
        return _after(own[-1], faults)
    fresh = "retry" if retry else "first"
    if same:
        # A second copy may overtake the first: then it says of itself that there may be another.
        is_overtaken = all(other.row and other.row["why"] == "again" for other in same)
        # Two gateways that were asked with one key, and knew nothing of each other, each send a first copy.
        is_asked_anew = was_accepted_late and one.line["due_ms"] not in {other.line.get("due_ms") for other in same}
        return frozenset(("redelivered", "again", *((fresh,) if is_overtaken or is_asked_anew else ())))
    due_ms = one.line["due_ms"] or asked_ms
    was_delivered = any(faults.near(other, due_ms, one.at_ms) for other in nodes)
    may_be_second = was_accepted_late or any(faults.near(other, asked_ms, one.at_ms) for other in senders)
    return frozenset((fresh, *(("redelivered",) if was_delivered else ()), *(("again",) if may_be_second else ())))


def _after(last: Attempt, faults: Faults) -> frozenset[str]:
    """The causes after an attempt at the same copy on the same node, which its journal remembers."""
    execution = last.execution
    if execution is None:
        assert last.row is not None
        return frozenset(("resumed" if last.row["outcome"] == "interrupted" else "takeover",))
    if execution["raised"] not in HANDED_BACK:
        return frozenset(("takeover",))
    ended_ms = execution["ended_ms"]
    died = faults.on(execution["node"], ended_ms, ended_ms + UNTIL_WRITTEN_MS)
    return frozenset(("resumed", "takeover") if died else ("resumed",))
