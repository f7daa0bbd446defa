"""Open commands: index's copy of the command of every task that has not ended.

A journal tells it with the event that it wrote the command. So a job outlives the node that wrote its next command.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from winnow_chassis.outbox.republisher import OpenCommand
from winnow_contracts.envelope import Envelope, Undecodable, UnknownActor, now_ms, open_envelope
from winnow_contracts.events import ENVELOPE, EventKind, SequencedEvent
from winnow_index.database import Database, Transaction
from winnow_index.store.sanitize import sanitize

LEASE_SECONDS = 150.0
"""How long a journal may be silent before its node counts as gone."""
_POSTPONED_MS = 3_600_000
_GRACE_MS = 10_000
_ENDS = frozenset((EventKind.COMPLETED, EventKind.CANCELLED, EventKind.DEAD))


class OpenCommands:
    """Finds the commands to publish again, for the one process that does. All methods raise Unavailable.

    A task that runs is left alone while its node lives: index has heard of it within ``lease_seconds``. Nodes say once
    a minute that they are there.
    """

    def __init__(self, database: Database, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._lease_ms = round(lease_seconds * 1000)

    @contextmanager
    def leading(self) -> Iterator[bool]:
        """Hold the right to publish for the block; yields False if another process has it."""
        with self._database.lock("open commands") as leads:
            yield leads

    def flag(self, name: str) -> str:
        """A value that index remembers between starts, or an empty string."""
        with self._database.transaction() as transaction:
            row = transaction.row("read_flag", {"name": name})
        return "" if row is None else str(row["value"])

    def set_flag(self, name: str, value: str) -> None:
        """Remember a value."""
        with self._database.transaction() as transaction:
            transaction.run("set_flag", {"name": name, "value": value})

    def reopen(self, job_id: str | None = None) -> int:
        """Let every open command be published again, or those of one job. Returns how many.

        Journals do the same with those that they did not know to be here. After the broker's loss index gives them
        some seconds to tell, so that fewer are published twice.
        """
        due_ms = now_ms() + (_GRACE_MS if job_id is None else 0)
        with self._database.transaction() as transaction:
            return transaction.run("mark_commands_due", {"job_id": job_id, "due_ms": due_ms})

    def reopen_stuck(self, queues: Sequence[str], *, silent_ms: int) -> int:
        """The same for jobs of which nothing was heard for ``silent_ms``, where the command is of one of ``queues``."""
        now = now_ms()
        asked = {"queues": list(queues), "now_ms": now, "before_ms": now - silent_ms, "silent_ms": silent_ms}
        with self._database.transaction() as transaction:
            return transaction.run("mark_stuck_due", asked)

    def due(self, limit: int, *, closed: Sequence[str] = ()) -> list[OpenCommand]:
        """Commands to be published now, but none of the queues ``closed``."""
        asked = {"now_ms": now_ms(), "lease_ms": self._lease_ms, "closed": list(closed), "limit": limit}
        with self._database.transaction() as transaction:
            rows = transaction.rows("read_due_commands", asked)
        return [
            OpenCommand(
                task_id=row["task_id"], retry=row["retry"], queue=row["queue"], envelope=_opened(row["envelope"])
            )
            for row in rows
        ]

    def sent(self, commands: Sequence[OpenCommand]) -> None:
        """Note that the broker holds these copies."""
        noted = {"task_ids": [one.task_id for one in commands], "retries": [one.retry for one in commands]}
        with self._database.transaction() as transaction:
            transaction.run("note_commands_sent", {**noted, "now_ms": now_ms()})

    def postpone(self, commands: Sequence[OpenCommand]) -> None:
        """Leave these alone for an hour: this version cannot send them."""
        asked = {"task_ids": [one.task_id for one in commands], "due_ms": now_ms() + _POSTPONED_MS}
        with self._database.transaction() as transaction:
            transaction.run("postpone_commands", asked)


def open_now(transaction: Transaction, envelope: Envelope) -> None:
    """Keep a command that index itself wrote, to be published at once."""
    job_id, at_ms = envelope.command.job_id, now_ms()
    kept = {
        "task_id": envelope.task_id,
        "job_id": job_id,
        "run": envelope.run,
        "retry": 0,
        "journal_id": "",
        "queue": envelope.queue,
        "envelope": {"headers": envelope.headers(), "payload": envelope.payload()},
        "not_before_ms": 0,
        "kept_ms": at_ms,
    }
    transaction.add_json("keep_commands", [kept])
    transaction.run("mark_commands_due", {"job_id": job_id, "due_ms": at_ms})


def command_rows(told: Sequence[tuple[str, SequencedEvent]], kept_ms: int) -> list[dict[str, Any]]:
    """One row for each task of whose command these events tell, with their journals: that of its last retry.

    None for a task of whose end they tell too: nobody needs its command any more.
    """
    ended = {one.event.task_id for _, one in told if one.event.kind in _ENDS}
    rows: dict[str, dict[str, Any]] = {}
    for journal_id, one in told:
        event = one.event
        envelope = event.detail.get(ENVELOPE)
        if not isinstance(envelope, dict) or event.task_id in ended:
            continue
        headers = envelope.get("headers", {})
        retry = int(headers.get("retry", 0))
        if event.task_id in rows and rows[event.task_id]["retry"] >= retry:
            continue
        rows[event.task_id] = {
            "task_id": event.task_id,
            "job_id": event.job_id,
            "run": event.run,
            "retry": retry,
            "journal_id": journal_id,
            "queue": event.queue,
            "envelope": sanitize(envelope),
            "not_before_ms": int(headers.get("not_before_ms", 0)),
            "kept_ms": kept_ms,
        }
    return [rows[task_id] for task_id in sorted(rows)]


def without_command(detail: dict[str, Any]) -> dict[str, Any]:
    """An event's detail as it is stored: that its command is kept, but not the command once more."""
    if ENVELOPE not in detail:
        return detail
    return {**{name: value for name, value in detail.items() if name != ENVELOPE}, "kept": True}


def _opened(envelope: dict[str, Any]) -> Envelope | None:
    try:
        return open_envelope(envelope["headers"], envelope["payload"])
    except (KeyError, UnknownActor, Undecodable):
        return None
