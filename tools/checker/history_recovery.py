"""Measures from a history how long a killed node needs until its next process takes work."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from history_lines import History

Line = Mapping[str, Any]


def count_recoveries(history: History) -> dict[str, Any]:
    """Returns ``chaos_recovery_time_s`` (p50, p99 and max, in seconds), and the same where the parent was killed too.

    Left out, and counted: a node that was struck again before it got work, or that got none; one that waited for a
    server meanwhile; and the nodes that the run does not measure.
    """
    kills = [line for line in history.of("fault") if line["kills"] and not line["failed"]]
    unmeasured = history.of("run")[0]["unmeasured_nodes"]
    seconds: dict[str, list[float]] = {"process": [], "parent": []}
    left_out = 0
    for kill in kills:
        found = None if kill["target"] in unmeasured else _seconds(kill, history)
        if found is None:
            left_out += 1
        else:
            seconds[kill["kills"]].append(found)
    return {
        "chaos_recovery_time_s": spread(seconds["process"]),
        "chaos_recovery_with_parent_time_s": spread(seconds["parent"]),
        "recoveries_left_out": left_out,
    }


def spread(values: Sequence[float]) -> dict[str, float] | None:
    """Returns median, 99th percentile and greatest of the values, each of them one that was seen; None without any."""
    if not values:
        return None
    ordered = sorted(values)

    def nearest_rank(share: float) -> float:
        return ordered[max(math.ceil(share * len(ordered)), 1) - 1]

    return {"p50": nearest_rank(0.5), "p99": nearest_rank(0.99), "max": ordered[-1]}


def _seconds(kill: Line, history: History) -> float | None:
    """Seconds from the kill to the first execution of the node's next process; None if this does not measure it."""
    node, killed_ms = kill["target"], kill["from_ms"]
    own = sorted(
        (line for line in history.of("execution") if line["node"] == node), key=lambda line: line["invoked_ms"]
    )
    old = {line["process"] for line in own if line["invoked_ms"] <= killed_ms}
    first = next((line for line in own if line["invoked_ms"] > killed_ms and line["process"] not in old), None)
    if first is None or _is_struck_again(kill, first, history) or _is_held_up(kill, first, history):
        return None
    recovery_ms: int = first["invoked_ms"] - killed_ms - _idle_ms(kill, first, history)
    return recovery_ms / 1000


def _is_struck_again(kill: Line, first: Line, history: History) -> bool:
    return any(
        fault["target"] == kill["target"]
        and not fault["failed"]
        and kill["from_ms"] < fault["from_ms"] <= first["invoked_ms"]
        for fault in history.of("fault")
    )


def _is_held_up(kill: Line, first: Line, history: History) -> bool:
    """Whether a server that the node needs was away, or still felt to be, before its first execution."""
    return any(
        kill["target"] in fault["delays"]
        and not fault["failed"]
        and fault["from_ms"] <= first["invoked_ms"]
        and (fault["delays_until_ms"] is None or fault["delays_until_ms"] >= kill["from_ms"])
        for fault in history.of("fault")
    )


def _idle_ms(kill: Line, first: Line, history: History) -> int:
    """How long the process took messages already while this one had not been sent yet, milliseconds."""
    ready_ms = max((line["at_ms"] for line in history.of("ready") if line["process"] == first["process"]), default=0)
    is_idle = kill["from_ms"] <= ready_ms < first["due_ms"] <= first["invoked_ms"]
    return int(first["due_ms"]) - int(ready_ms) if is_idle else 0
