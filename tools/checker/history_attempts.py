"""Pairs each execution of a history with its row in the database, and tells which faults were near."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from history_lines import History

AFTERMATH_MS = 5_000
"""How long what a fault set in motion may go on after it: consumers end, messages go back, others take them."""

Line = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """An execution, its row, or both: what ran without a row, or has a row and never ran, has only one of the two."""

    execution: Line | None
    row: Line | None

    @property
    def line(self) -> Line:
        """The execution; the row if there was none."""
        line = self.execution or self.row
        assert line is not None
        return line

    @property
    def at_ms(self) -> int:
        """When it began, Unix milliseconds: by its process if that told."""
        began_ms = self.execution["invoked_ms"] if self.execution else self.line["started_ms"]
        return int(began_ms or 0)

    def __str__(self) -> str:
        return f"Attempt {self.line['attempt']} of {self.line['actor']}, task {self.line['task']}, {self.line['job']}"


def pair(history: History) -> dict[str, list[Attempt]]:
    """Returns the attempts of each task, in the order in which they began."""
    rows = {line["attempt"]: line for line in history.of("attempt")}
    executions = {line["attempt"]: line for line in history.of("execution")}
    found: dict[str, list[Attempt]] = defaultdict(list)
    for attempt_id in {**executions, **rows}:
        one = Attempt(execution=executions.get(attempt_id), row=rows.get(attempt_id))
        found[one.line["task"]].append(one)
    return {task: sorted(attempts, key=lambda one: one.at_ms) for task, attempts in found.items()}


class Faults:
    """The faults of a history that struck. Times are Unix milliseconds; each question includes both ends."""

    def __init__(self, history: History) -> None:
        self._lines = [line for line in history.of("fault") if not line["failed"]]
        self._by_node: dict[str, list[Line]] = defaultdict(list)
        for line in self._lines:
            for node in line["touches"]:
                self._by_node[node].append(line)

    def on(self, node: str, from_ms: float, until_ms: float) -> bool:
        """Whether one that affects work of ``node`` was on in this time."""
        return _overlap(self._by_node[node], from_ms, until_ms)

    def near(self, node: str, from_ms: float, until_ms: float) -> bool:
        """Whether one was on in this time, or ended up to ``AFTERMATH_MS`` before."""
        return self.on(node, from_ms - AFTERMATH_MS, until_ms)

    @property
    def nodes(self) -> Set[str]:
        """Every node whose work any of them affects."""
        return self._by_node.keys()

    def killed(self, node: str, from_ms: float, until_ms: float) -> bool:
        """Whether the node's process was killed in this time."""
        return _overlap((line for line in self._by_node[node] if line["kills"]), from_ms, until_ms)

    def filled_disk(self, node: str, from_ms: float, until_ms: float) -> bool:
        """Whether the disk of the node's journal was full in this time."""
        return _overlap((line for line in self._by_node[node] if line["name"] == "disk_full"), from_ms, until_ms)

    def lost_journal(self, node: str, from_ms: float, until_ms: float = math.inf) -> bool:
        """Whether the node's journal was deleted in this time."""
        return _overlap((line for line in self._lines if node in line["deletes_journal_of"]), from_ms, until_ms)


def _overlap(lines: Iterable[Line], from_ms: float, until_ms: float) -> bool:
    return any(line["from_ms"] <= until_ms and (line["to_ms"] is None or line["to_ms"] >= from_ms) for line in lines)
