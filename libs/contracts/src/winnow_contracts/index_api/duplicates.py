"""Operators' request for the ledger of repeats: each run of a task that was not the only one, and its cause."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


class RepeatCause(StrEnum):
    """Why a task ran again."""

    RETRY = "retry"
    """The attempt before it failed, and had retries left."""
    WAITED = "waited"
    """The attempt before it only waited: for its turn at an API, or for what was busy."""
    INTERRUPTED = "interrupted"
    """The attempt before it was interrupted by a shutdown, a deploy or a pause, and this one went on from its steps."""
    TAKEOVER = "takeover"
    """The process of the attempt before it died, and the same journal took the task over."""
    REDELIVERED = "redelivered"
    """The broker delivered the message again, to a journal that did not know the task."""
    AGAIN = "again"
    """The message was published again: the broker lost its data or did not confirm it, or its sender may have run
    twice."""
    FIRST = "first"
    """Another journal had begun the task, and this one took a copy of its message for new."""
    REPLAY = "replay"
    """A person had a failed or cancelled job run again from this task."""
    UNRECORDED = "unrecorded"
    """It ran again, and the event that says why is missing."""


class OddOutcome(StrEnum):
    """An end of an attempt that tells less than it should."""

    UNKNOWN = "unknown"
    """Nobody knows how it ended: its journal is lost, or another attempt followed without its end."""
    SUPERSEDED = "superseded"
    """It ended after another outcome of the task was accepted, so its result counts for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedRun:
    """One attempt that repeated another, or whose outcome is odd. Times are RFC 3339 in UTC.

    ``cause`` is None if it is listed for its outcome alone; ``outcome`` is None while it runs. ``after_node`` and
    ``after_outcome`` are of the attempt before it, None if there was none or its end is not known.
    """

    task_id: str
    attempt_id: str
    job_id: str
    tenant_id: str
    actor: str
    node: str
    run: int
    number: int
    retry: int
    started_at: str | None
    ended_at: str | None
    outcome: str | None
    cause: str | None
    after_node: str | None = None
    after_outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseSum:
    """How many runs had this cause, and how many of those ended ``unknown`` or ``superseded``; cause as above."""

    cause: str | None
    runs: int
    unknown: int
    superseded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatesPage:
    """Repeated runs, newest first, and their sums by cause, the most frequent first.

    ``sums`` and ``runs``, the number of all runs that ended, heed every filter but ``cause`` and ``outcome``.
    ``next_cursor`` is None on the last page.
    """

    items: tuple[RepeatedRun, ...]
    sums: tuple[CauseSum, ...]
    runs: int
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDuplicates(IndexRequest[DuplicatesPage]):
    """Request a page of the repeated runs that match every filter given. Refused with ``invalid-cursor``.

    ``since_ms`` and ``until_ms`` (Unix milliseconds) bound when the run began.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/duplicates")

    limit: int = 20
    cursor: str | None = None
    cause: str | None = None
    outcome: str | None = None
    actor: str | None = None
    node: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None


REQUESTS = (ListDuplicates,)
