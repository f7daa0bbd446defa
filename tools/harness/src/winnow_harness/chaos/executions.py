"""Every execution of a drill's task, as the drills record it outside of all journals."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from winnow_contracts.envelope import now_ms

_LOOK_SECONDS = 0.05
_WRONG_CLOCK_MS = 60_000
"""A line this far from the present time was written by a node whose clock is wrong on purpose."""
_ENDS = frozenset(("end", "raised"))


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One attempt of a task, in Unix milliseconds.

    ``ended_ms`` is None if its process died in it. ``raised`` is the class of the error that the actor raised, empty if
    it returned or never ended. ``due_ms`` is when the task was sent or was scheduled, by its sender's clock; 0 if
    unknown.
    """

    job_id: str
    task_id: str
    actor: str
    run: int
    retry: int
    attempt_id: str
    node: str
    pid: int
    began_ms: int
    ended_ms: int | None = None
    raised: str = ""
    due_ms: int = 0


class Executions:
    """Follows the drills' file in a thread; ``close`` reads the rest."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._position = 0
        self._lock = threading.Lock()
        self._by_attempt: dict[str, Execution] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def start(self) -> None:
        """Starts following."""
        self._thread.start()

    def close(self) -> None:
        """Reads the rest and ends."""
        self._stop.set()
        self._thread.join()
        self._read()

    @property
    def all(self) -> list[Execution]:
        """All executions until now, by start."""
        with self._lock:
            return sorted(self._by_attempt.values(), key=lambda one: one.began_ms)

    @property
    def count(self) -> int:
        """The number of executions until now."""
        return len(self._by_attempt)

    def _follow(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            self._read()

    def _read(self) -> None:
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            file.seek(self._position)
            fresh = file.read()
        whole, _, _ = fresh.rpartition(b"\n")
        if not whole:
            return
        self._position += len(whole) + 1
        seen_ms = now_ms()
        with self._lock:
            for line in whole.split(b"\n"):
                self._note(json.loads(line), seen_ms)

    def _note(self, line: Mapping[str, Any], seen_ms: int) -> None:
        attempt_id, at_ms = line["attempt_id"], line["at_ms"]
        if abs(at_ms - seen_ms) > _WRONG_CLOCK_MS:
            at_ms = seen_ms
        known = self._by_attempt.get(attempt_id)
        if known is None:
            known = Execution(
                job_id=line["job_id"],
                task_id=line["task_id"],
                actor=line["actor"],
                run=line["run"],
                retry=line["retry"],
                attempt_id=attempt_id,
                node=line["node"],
                pid=line["pid"],
                began_ms=at_ms,
                due_ms=line.get("due_ms", 0),
            )
        if line["what"] in _ENDS:
            known = replace(known, ended_ms=at_ms, raised=line.get("error", ""))
        self._by_attempt[attempt_id] = known
