"""Stores batches of task events and folds them into jobs, media and history: those that came together in one go."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from winnow_contracts.commands import FetchOriginal
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, WinnowError
from winnow_contracts.events import EventBatch, EventKind, SequencedEvent, TaskEvent, Watermark
from winnow_index.database import Database, Transaction, Unstorable
from winnow_index.history.event_rows import event_row, job_row, media_row
from winnow_index.history.lost_journals import lose_older
from winnow_index.history.open_commands import command_rows
from winnow_index.store.deletions import forget_late
from winnow_index.store.sanitize import sanitize
from winnow_index.usage.usage import spending_rows
from winnow_journal.codec import encode

_LOG = logging.getLogger(__name__)
_NOT_STORED = frozenset({EventKind.PROGRESS})
"""Progress is only for live display. Stored, it would be most of the rows and of no use later."""


class EventStore:
    """Applies event batches idempotently and in any order.

    If a task reports several terminal outcomes, the first to arrive wins, because a caller may already have seen it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(self, batches: Sequence[EventBatch]) -> list[Watermark]:
        """Store batches of any journals in one transaction; returns the watermark after each. Raises as apply_batch.

        One stage of a job ends in one journal and the next begins in another, so their batches name the same jobs: each
        of these is folded once for all of them.
        """
        try:
            return self._apply(batches)
        except (Unstorable, Conflict):
            return [self.apply_batch(batch) for batch in batches]

    def apply_batch(self, batch: EventBatch) -> Watermark:
        """Store a batch. Returns the watermark: the number up to which all events of this journal are stored.

        After a gap the events are stored but the watermark stays, so the journal ships again from there. An event that
        cannot be stored is set aside, and its journal goes on. Raises Unavailable and TimedOut.
        """
        try:
            return self._apply([batch])[0]
        except (Unstorable, Conflict) as error:
            # PostgreSQL refuses something in it for good. Whatever else fails, a bug of ours or a missing right, holds
            # the journal up until it is mended.
            if len(batch.events) > 1:
                return self._apply_halves(batch)
            _LOG.exception("An event cannot be stored; it is set aside.", extra=_about(batch))
            return self._set_aside(batch, error)

    def _apply_halves(self, batch: EventBatch) -> Watermark:
        middle = len(batch.events) // 2
        first, second = batch.events[:middle], batch.events[middle:]
        self.apply_batch(replace(batch, events=first))
        return self.apply_batch(replace(batch, events=second, previous_seq=first[-1].seq))

    def _set_aside(self, batch: EventBatch, error: WinnowError) -> Watermark:
        with self._database.transaction() as transaction:
            applied_seq, _ = _lock_watermark(transaction, replace(batch, events=()))  # nothing of the event counts
            for one in batch.events:
                aside = {"journal_id": batch.journal_id, "seq": one.seq, "body": encode(one.event)}
                transaction.run("set_event_aside", {**aside, "error": error.detail, "now_ms": now_ms()})
                if transaction.row("deleted_jobs", {"job_ids": [sanitize(one.event.job_id)]}):
                    forget_late(transaction, [one.event.job_id])
            return _moved(transaction, batch, applied_seq)

    def _apply(self, batches: Sequence[EventBatch]) -> list[Watermark]:
        with self._database.transaction() as transaction:
            marks: dict[int, Watermark] = {}
            told: list[tuple[str, SequencedEvent]] = []
            unclear: list[dict[str, Any]] = []
            # Always in this order, so that two index workers never wait for each other.
            for number, batch in sorted(enumerate(batches), key=lambda one: one[1].journal_id):
                applied_seq, begins = _lock_watermark(transaction, batch)
                # What came before is not looked for among the rows: retention may have dropped it since.
                told += [(batch.journal_id, one) for one in batch.events if one.seq > applied_seq and _is_stored(one)]
                unclear += lose_older(transaction, batch.service, batch.node) if begins else []
                marks[number] = _moved(transaction, batch, applied_seq)
            if told or unclear:
                store_told(transaction, told, unclear)
            return [marks[number] for number in range(len(batches))]


def store_told(
    transaction: Transaction, told: Sequence[tuple[str, SequencedEvent]], unclear: Sequence[dict[str, Any]] = ()
) -> None:
    """Store events of these journals and fold them. ``unclear``: job and task of attempts whose end is unknown."""
    dropped, deleted = _add(transaction, told, unclear)
    _fold(transaction, [one.event for _, one in told], unclear)
    # Do this last: it locks the day's sum until the end, and every batch with a paid call adds to that.
    transaction.add("add_spending", spending_rows(told))
    if dropped:
        transaction.rows("drop_history", {"job_ids": dropped, "now_ms": now_ms()})
    if deleted:
        forget_late(transaction, deleted)


def _is_stored(one: SequencedEvent) -> bool:
    return one.event.kind not in _NOT_STORED


def _moved(transaction: Transaction, batch: EventBatch, applied_seq: int) -> Watermark:
    """Move the watermark to the batch's end, unless events before it are missing."""
    if batch.previous_seq <= applied_seq < batch.last_seq:
        applied_seq = batch.last_seq
        transaction.run("move_watermark", {"journal_id": batch.journal_id, "applied_seq": applied_seq})
    return Watermark(journal_id=batch.journal_id, applied_seq=applied_seq, keeps_commands=True)


def _about(batch: EventBatch) -> dict[str, Any]:
    return {"node": batch.node, "journal_id": batch.journal_id, "seqs": [one.seq for one in batch.events]}


def _lock_watermark(transaction: Transaction, batch: EventBatch) -> tuple[int, bool]:
    """The journal's watermark, and whether the batch has its first event."""
    row = transaction.row(
        "lock_watermark",
        {
            "journal_id": batch.journal_id,
            "service": batch.service,
            "node": batch.node,
            "now_ms": now_ms(),
            "begun_ms": min((one.event.at_ms for one in batch.events), default=None),
        },
    )
    assert row is not None
    return int(row["applied_seq"]), bool(row["begins"])


def _add(
    transaction: Transaction, told: Sequence[tuple[str, SequencedEvent]], unclear: Sequence[dict[str, Any]]
) -> tuple[list[str], list[str]]:
    """Add the events, after the rows of their jobs and media: any event may be the first of its job.

    The events are numbered while all jobs to be folded are locked, so the first to arrive is the first to be folded.
    Returns the jobs whose history was dropped: once these events are folded, they go too. So such a job is marked for
    the object sweep, learns its title if it had none, and stays at its end. And the jobs whose media were deleted, of
    which everything goes: one that is deleted just now has no row any more.
    """
    first: dict[str, TaskEvent] = {}
    for _, one in told:
        first.setdefault(one.event.job_id, one.event)
    jobs = [first[job_id] for job_id in sorted(first)]
    transaction.add_json("add_jobs", [job_row(event) for event in jobs])
    transaction.add_json("add_media", [media_row(event) for event in sorted(jobs, key=lambda event: event.media_id)])
    job_ids = sorted({*first, *(row["job_id"] for row in unclear)})
    locked = {row["job_id"]: row for row in transaction.rows("lock_jobs", {"job_ids": job_ids})}
    transaction.add_json("add_events", [event_row(journal_id, one) for journal_id, one in told])
    transaction.add_json("keep_commands", command_rows(told, now_ms()))
    deleted = [job_id for job_id in job_ids if job_id not in locked or locked[job_id]["deleted"]]
    return [job_id for job_id, row in locked.items() if row["dropped"]], deleted


def _fold(transaction: Transaction, events: list[TaskEvent], unclear: Sequence[dict[str, Any]]) -> None:
    """Derive again all rows that these events can change. The jobs are locked, so nobody else folds them now."""
    job_ids = sorted({event.job_id for event in events} | {row["job_id"] for row in unclear})
    told = {event.task_id for event in events if event.task_id and event.kind is not EventKind.ACCEPTED}
    task_ids = sorted(told | {row["task_id"] for row in unclear})
    if any(event.kind is EventKind.ACCEPTED for event in events):
        transaction.run("fold_accepted", {"job_ids": job_ids})
    if any(event.actor == FetchOriginal.ACTOR for event in events):
        transaction.run("fold_fetched", {"job_ids": job_ids, "actor": FetchOriginal.ACTOR})
    if any("length_ms" in event.detail for event in events if event.kind is EventKind.ENQUEUED):
        transaction.run("fold_lengths", {"job_ids": job_ids})
    if task_ids:
        transaction.run("fold_tasks", {"task_ids": task_ids})
        transaction.run("fold_attempts", {"task_ids": task_ids})
    transaction.run("fold_jobs", {"job_ids": job_ids, "now_ms": now_ms()})
    transaction.run("drop_commands", {"job_ids": job_ids, "task_ids": task_ids})
