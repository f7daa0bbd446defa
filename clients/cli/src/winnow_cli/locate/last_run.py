"""Answers questions about a job's last run from the evidence."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from winnow_cli.locate.evidence import Evidence
from winnow_cli.text_times import spent
from winnow_contracts.commands import COMMANDS
from winnow_contracts.node_api import Row
from winnow_contracts.queues import Priority, lane_of

_TERMINAL = ("completed", "cancelled", "dead")
_STARTED = ("started", "step_done", "retrying", "interrupted", "released", "completed", "cancelled", "dead")


class LastRun:
    """The evidence of the job's last run, with the questions that ``whereabouts`` asks."""

    def __init__(self, evidence: Evidence, now_ms: int) -> None:
        self.evidence = evidence
        self.now_ms = now_ms
        history = evidence.history or {}
        self.job: Row = history.get("job") or {}
        runs = [int(self.job.get("run") or 1)]
        runs += [row["run"] for records in evidence.journals.values() for row in records.tasks]
        runs += [header(row, "run") for records in evidence.journals.values() for row in records.commands]
        self.number = max(runs)
        self.index_tasks = [task for task in history.get("tasks", ()) if task["run"] == self.number]
        self.index_events = [event for event in history.get("events", ()) if event["run"] == self.number]

    def tasks(self) -> Iterator[tuple[str, Row]]:
        """Each task row of the run with the node whose journal has it."""
        for node, records in self.evidence.journals.items():
            yield from ((node, row) for row in records.tasks if row["run"] == self.number)

    def commands(self) -> Iterator[tuple[str, Row]]:
        """Each command of the run with the node whose journal keeps it, oldest first."""
        found = [
            (node, row)
            for node, records in self.evidence.journals.items()
            for row in records.commands
            if header(row, "run") == self.number
        ]
        yield from sorted(found, key=lambda one: one[1]["created_ms"])

    def started(self, task_id: str, retry: int) -> bool:
        """Whether any place knows of an attempt of the task at this retry or a later one."""
        in_journals = any(
            row["task_id"] == task_id and (row["retry"] > retry or row["state"] != "retry_wait")
            for _, row in self.tasks()
            if row["retry"] >= retry and (row["attempts"] > 0 or row["state"] in _TERMINAL)
        )
        return in_journals or any(
            event["task_id"] == task_id and event["kind"] in _STARTED and event["retry"] >= retry
            for event in self.index_events
        )

    def not_before_ms(self) -> int:
        """The time that was asked for (Unix milliseconds) for what has not begun yet; 0 if none was, or it began.

        Index knows it, and the journal that wrote the first command.
        """
        firsts = [
            (row["task_id"], header(row, "not_before_ms")) for _, row in self.commands() if not header(row, "retry")
        ]
        firsts += [(task["task_id"], 0) for task in self.index_tasks]
        if any(self.started(task_id, 0) for task_id, _ in firsts):
            return 0
        told = self.job.get("not_before")
        of_job_ms = round(datetime.fromisoformat(told).timestamp() * 1000) if told else 0
        return max([of_job_ms, *(at_ms for _, at_ms in firsts)])

    def kept_by_index(self) -> bool:
        """Whether index keeps the command of a task that has not ended."""
        open_tasks = {task["task_id"] for task in self.index_tasks if task["state"] not in _TERMINAL}
        return any(event["task_id"] in open_tasks and "kept" in event["detail"] for event in self.index_events)

    def went_on(self, node: str, row: Row) -> bool:
        """Whether any other place knows of a later attempt of the row's task, or of its end."""
        return any(
            other["task_id"] == row["task_id"]
            and (other["started_ms"] > row["started_ms"] or other["state"] in _TERMINAL)
            for at, other in self.tasks()
            if at != node
        ) or any(
            event["task_id"] == row["task_id"]
            and event["kind"] in _STARTED
            and event["attempt_id"] != row["attempt_id"]
            and event["at_ms"] > row["started_ms"]
            for event in self.index_events
        )

    def ago(self, at_ms: int) -> str:
        """The time since then, in words."""
        return spent(max(self.now_ms - at_ms, 0))


def header(row: Row, name: str) -> int:
    """A number from a command row's headers; 0 if they have none, or its body cannot be read."""
    body = row["body"]
    return int(body["headers"].get(name, 0)) if isinstance(body, dict) and "headers" in body else 0


def lane_of_message(actor: str, message: Any) -> str:
    """The lane of an actor's ``message``; for an actor unknown to this version, the lane of its service."""
    if actor not in COMMANDS:
        return actor.partition(".")[0]
    headers = message.get("headers", {}) if isinstance(message, dict) else {}
    return lane_of(COMMANDS[actor].QUEUE, Priority(headers.get("priority", Priority.NORMAL)))


def reason(error: Row) -> str:
    """An error in words."""
    code = f" ({error['code']})" if error.get("code") else ""
    return f"{error.get('detail', 'no reason was given')}{code}"
