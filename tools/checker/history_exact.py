"""Counts where the database's rows of attempts differ from the executions of a history."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from history_attempts import AFTERMATH_MS, Attempt, Faults, Line, pair
from history_causes import possible_causes
from history_lines import History
from history_recovery import spread
from history_rows import LATE_MS, may_be_unwritten, seconds_apart, wrong_outcome, wrong_place, wrong_times

DIFFERENCES = ("attempts_missing", "attempts_extra", "wrong_places", "wrong_causes", "wrong_outcomes", "wrong_times")
"""The counts of which each is 0 if the rows are complete and exact."""
UNRUN = frozenset(("interrupted", "died", "unknown"))
"""Outcomes of an attempt that was to begin and never did."""
CONFIRMED_MS = 500
"""A request that took so long may have been answered without the broker's word."""
ALONE = frozenset(("takeover", "redelivered"))
"""Causes for which an attempt may have its process to itself, so that others wait."""


def count_attempts(history: History) -> dict[str, Any]:
    """Returns the counts, and a sentence for each difference."""
    return _Comparison(history).counts()


class _Comparison:
    def __init__(self, history: History) -> None:
        self._tasks = pair(history)
        self._faults = Faults(history)
        self._rows = len(history.of("attempt"))
        self._unmeasured = frozenset(history.of("run")[0]["unmeasured_nodes"])
        self._asked_ms: dict[str, int] = {
            line["job"]: line["invoked_ms"] for line in history.of("submission") if line["job"]
        }
        self._accepted_late = {
            line["job"]
            for line in history.of("submission")
            if line["job"] and (line["ended_ms"] is None or line["ended_ms"] - line["invoked_ms"] >= CONFIRMED_MS)
        }
        self._brief = {line["job"] for line in history.of("submission") if line.get("track") == "outcome"}
        self._cancelled = {line["job"] for line in history.of("outcome") if line["outcome"] == "cancelled"}
        self._nodes: dict[str, set[str]] = defaultdict(set)
        self._first_ms: dict[str, dict[int, int]] = defaultdict(dict)
        self._actors: dict[str, dict[str, int]] = defaultdict(dict)
        for line in sorted(history.of("execution"), key=lambda line: line["invoked_ms"]):
            self._nodes[line["actor"]].add(line["node"])
            self._first_ms[line["node"]].setdefault(line["process"], line["invoked_ms"])
            self._actors[line["job"]].setdefault(line["actor"], line["invoked_ms"])
        self._idle = set(self._faults.nodes) - {node for nodes in self._nodes.values() for node in nodes}
        self._alone: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for line in history.of("attempt"):
            if line["why"] in ALONE and line["started_ms"] is not None:
                ended_ms = math.inf if line["ended_ms"] is None else line["ended_ms"]
                self._alone[line["node"]].append((line["started_ms"], ended_ms))

    def counts(self) -> dict[str, Any]:
        found: Counter[str] = Counter()
        differences = []
        for attempts in self._tasks.values():
            for number, one in enumerate(attempts):
                for name, why in self._judge(one, attempts[:number], attempts):
                    found[name] += 1
                    if name in DIFFERENCES:
                        differences.append(f"{one}: {why}.")
        return {
            "attempts": self._rows,
            **{name: found[name] for name in DIFFERENCES},
            "attempts_unrun": found["attempts_unrun"],
            "attempts_unknowable": found["attempts_unknowable"],
            "causes_told": found["causes_told"],
            "times_apart_s": spread(self._seconds_apart()),
            "history_differences": differences,
        }

    def _judge(
        self, one: Attempt, before: Sequence[Attempt], all_of_task: Sequence[Attempt]
    ) -> Iterator[tuple[str, str]]:
        """What to count of an attempt, each with the reason."""
        node, at_ms = one.line["node"], one.at_ms
        if one.row is None:
            if self._faults.lost_journal(node, at_ms) or self._is_untold(one.line):
                yield "attempts_unknowable", ""
            else:
                yield "attempts_missing", f"it ran at {at_ms} on {node} and has no row"
        elif one.execution is None:
            if self._is_unrun(one.row):
                yield "attempts_unrun", ""
            else:
                yield "attempts_extra", f"it is said to have started at {at_ms} on {node} and did not run"
        else:
            yield from self._judge_cause(one, one.execution, one.row, before)
            yield from self._judge_row(one.execution, one.row, has_rival=len(all_of_task) > 1)

    def _judge_cause(
        self, one: Attempt, execution: Line, row: Line, before: Sequence[Attempt]
    ) -> Iterator[tuple[str, str]]:
        asked_ms = self._asked_ms.get(execution["job"], int(execution["due_ms"]))
        nodes, senders = self._nodes[execution["actor"]], self._senders(execution)
        causes = possible_causes(
            one,
            before,
            self._faults,
            nodes=nodes,
            senders=senders,
            asked_ms=asked_ms,
            was_accepted_late=execution["job"] in self._accepted_late,
        )
        if row["why"] is None and execution["job"] in self._brief:
            return  # why it began is told with its beginning, and of this job the ends alone are told
        if row["why"] not in causes:
            yield "wrong_causes", f"its cause is {row['why']}, possible is {' or '.join(sorted(causes))}"
        elif len(causes) == 1:
            yield "causes_told", ""

    def _judge_row(self, execution: Line, row: Line, *, has_rival: bool) -> Iterator[tuple[str, str]]:
        if wrong := wrong_place(execution, row):
            yield "wrong_places", wrong
        has_rival = has_rival or execution["job"] in self._cancelled
        if wrong := wrong_outcome(execution, row, self._faults, has_rival=has_rival):
            yield "wrong_outcomes", wrong
        if execution["node"] in self._unmeasured:
            return
        waited, next_ms = self._waited(execution, row), self._next_process_ms(execution)
        brief = execution["job"] in self._brief
        if wrong := wrong_times(execution, row, self._faults, waited=waited, next_process_ms=next_ms, brief=brief):
            yield "wrong_times", wrong

    def _senders(self, execution: Line) -> set[str]:
        """The nodes of what ran earlier in its job, and those that run no drills, as a gateway.

        The attempt before sends a retry's copy, so its own actor's are among them.
        """
        actors = self._actors[execution["job"]].items()
        earlier = {actor for actor, at_ms in actors if at_ms < execution["invoked_ms"]}
        if not execution["retry"]:
            earlier.discard(execution["actor"])
        return self._idle.union(*(self._nodes[actor] for actor in earlier))

    def _seconds_apart(self) -> list[float]:
        return [
            seconds
            for attempts in self._tasks.values()
            for one in attempts
            if one.execution and one.row and one.line["node"] not in self._unmeasured
            for seconds in seconds_apart(one.execution, one.row)
        ]

    def _is_untold(self, execution: Line) -> bool:
        """Whether a full disk may have kept the only thing from being written that is told of it, its end."""
        return execution["job"] in self._brief and may_be_unwritten(execution, self._faults)

    def _is_unrun(self, row: Line) -> bool:
        """Whether a fault explains that an attempt was to begin and did not.

        Its message may have waited in the process for long, with the connection that delivered it broken meanwhile.
        """
        started_ms = row["started_ms"] or 0
        from_ms = self._asked_ms.get(row["job"], started_ms)
        until_ms = started_ms + AFTERMATH_MS if row["ended_ms"] is None else row["ended_ms"]
        if row["outcome"] is None:  # its end waits for room on the disk, or for the node's next start
            return self._faults.filled_disk(row["node"], from_ms, until_ms)
        return row["outcome"] in UNRUN and self._faults.near(row["node"], from_ms, until_ms)

    def _waited(self, execution: Line, row: Line) -> bool:
        """Whether it began late, and something on its node may have had the process to itself until then."""
        from_ms, until_ms = row["started_ms"] or 0, execution["invoked_ms"]
        if until_ms - from_ms <= LATE_MS:
            return False
        alone = self._alone[execution["node"]]
        return row["why"] in ALONE or any(began <= until_ms and ended >= from_ms for began, ended in alone)

    def _next_process_ms(self, execution: Line) -> float:
        """When the node's next process first executed something, Unix milliseconds; infinite if none did."""
        firsts = self._first_ms[execution["node"]]
        began_ms = firsts[execution["process"]]
        return min((at_ms for at_ms in firsts.values() if at_ms > began_ms), default=math.inf)
