"""Submission through a journal. The object store is the second place while the broker is away."""

import contextlib
import dataclasses
import logging
import math
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from winnow_base.background import BackgroundLoop
from winnow_base.objects.store import ObjectStore
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_chassis.outbox.submission import MOST_UNCONFIRMED, AcceptedJob
from winnow_chassis.outbox.unconfirmed_bound import UnconfirmedBound
from winnow_contracts import object_keys, trace_context
from winnow_contracts.commands import Command
from winnow_contracts.envelope import Envelope, Undecodable, UnknownActor, now_ms
from winnow_contracts.errors import NotFound, RateLimited, Unavailable, WinnowError
from winnow_contracts.events import JobAccepted
from winnow_contracts.failpoints import failpoint
from winnow_contracts.identity import new_traceparent
from winnow_contracts.json_codec import from_json, to_json
from winnow_journal.codec import from_text, to_text
from winnow_journal.values import Flag, JournalCorrupt, JournalUnusable, OutboxRow

_LOG = logging.getLogger(__name__)
_CONFIRM_SECONDS = 0.5
"""How long a confirm is waited for while the broker confirms. One that is busy is late, and a copy costs more."""
_LATE_CONFIRM_SECONDS = 0.05
"""The same from the first confirm that did not come to the next that does: the broker may have blocked publishers."""
_PUBLISH_SECONDS = 0.002
"""What each command adds to the wait."""
_SWEEP_SECONDS = 60.0
_LOOK_SECONDS = 1.0
_LEASE_SECONDS = 300.0
"""How long, or up to twice as long, copies of another node are left to it, while the broker is there."""
_TOO_MANY_SECONDS = 10
"""After how long a caller may ask again where too many commands wait for the broker."""


class JournalSubmissions:
    """Accepts jobs into a node's journal.

    The second copy is with the broker, or in the object store while the broker is away. No more are taken while
    ``most_unconfirmed`` commands of the journal wait for the broker. ``corrupt`` is called when the
    journal's file turns out damaged. Only a new process helps then: it renames the file and begins a fresh one.
    """

    def __init__(
        self,
        node: OutboxRuntime,
        objects: ObjectStore,
        confirm_seconds: float = _CONFIRM_SECONDS,
        *,
        most_unconfirmed: int = MOST_UNCONFIRMED,
        corrupt: Callable[[], None] = lambda: None,
    ) -> None:
        self._node = node
        self._objects = objects
        self._confirm_seconds = confirm_seconds
        self._broker_confirms = True
        self._bound = UnconfirmedBound(node.journal.count_unconfirmed, most_unconfirmed)
        self._corrupt = corrupt
        # Chance: where a node is gone, its copies are to be taken by one of the others, not by all at once.
        self._lease_seconds = _LEASE_SECONDS * random.uniform(1, 2)  # noqa: S311 - jitter is no secret
        self._seen: dict[str, float] = {}
        """When each copy in the store was first seen, in monotonic seconds."""
        self._sweep_due = 0.0
        self._loop = BackgroundLoop(
            "acceptance sweep", "takes in what only the store has accepted", self._turn, every_seconds=_LOOK_SECONDS
        )

    def start(self) -> None:
        """Sweep the copies in the store in the background, at once and every minute, if this process is the leader."""
        self._loop.start()

    def stop(self) -> None:
        """Stop sweeping."""
        self._loop.stop(timeout_seconds=15)

    def refuse_if_full(self, lane: str) -> None:
        """Raise RateLimited while a job could not be passed on; see ``Submissions.refuse_if_full``."""
        if left_seconds := self._node.relay.lanes.left_seconds(lane):
            raise _too_much(f"The lane {lane} is full.", math.ceil(left_seconds))
        with self._unusable_as_unavailable():
            waiting = self._bound.excess()
        if waiting is not None:
            raise _too_much(f"The broker has yet to take {waiting} commands.", _TOO_MANY_SECONDS)

    def accept(self, command: Command, accepted: JobAccepted, *, possible_duplicate: bool = False) -> None:
        """Return once the job is in the journal and a second place; see ``Submissions.accept``."""
        self.accept_all([AcceptedJob(command=command, accepted=accepted)], possible_duplicate=possible_duplicate)

    def accept_all(self, jobs: Sequence[AcceptedJob], *, possible_duplicate: bool = False) -> None:
        """Return once all jobs are in the journal and a second place; see ``Submissions.accept_all``."""
        self._take([(_envelope(job, possible_duplicate=possible_duplicate), job.accepted) for job in jobs])

    def send(self, command: Command, run: int = 1) -> None:
        """Return once a command that begins no job is in the journal and a second place; see ``Submissions.send``."""
        envelope = Envelope(command=command, run=run, created_ms=now_ms(), traceparent=_traceparent())
        self._take([(envelope, None)])

    def find(self, job_id: str) -> AcceptedJob | None:
        """The job as it was accepted here, or None."""
        with self._unusable_as_unavailable():
            found = self._node.journal.accepted(job_id)
        return None if found is None else AcceptedJob(command=found[0], accepted=found[1])

    def recent(self, tenant_id: str, limit: int) -> list[AcceptedJob]:
        """The tenant's jobs accepted here, newest first."""
        with self._unusable_as_unavailable():
            found = self._node.journal.recently_accepted(tenant_id, limit)
        return [AcceptedJob(command=command, accepted=accepted) for command, accepted in found]

    def sweep(self) -> int:
        """Accept jobs that only the store has, as after the loss of a gateway's disk, and remove needless copies.

        A copy is needless once the broker holds its command. One that another node wrote is left to it until this
        process has seen it for the lease. Returns the number of copies removed.
        """
        swept = 0
        self._node.journal.recover()  # this process publishes what dead ones left
        now = time.monotonic()
        self._seen = {key: self._seen.get(key, now) for key in self._objects.keys(object_keys.ACCEPTANCES)}
        for key, seen in self._seen.items():
            try:
                copy = self._objects.get_json(key)
            except NotFound:
                continue  # its own node has just removed it
            try:
                taken = _read(copy)
                is_ours = copy.get("node") == self._node.journal.node
            except (UnknownActor, Undecodable, LookupError, AttributeError, TypeError, ValueError) as error:
                # Leave it where it is: a newer version may have written it. It must not keep the others from being
                # swept.
                _LOG.error("An acceptance cannot be read.", extra={"key": key, "error": repr(error)})
                continue
            if not is_ours and now - seen < self._lease_seconds:
                continue
            rows = self._node.journal.accept_all(taken)
            if any(row.owned_by_other for row in rows):
                continue  # the process that owns the row publishes it; the copy stays until that is confirmed
            # Only a confirmed command may lose its copy. It may have been confirmed long ago.
            held = threading.Event()
            # This may be a late copy of a command published long ago.
            self._node.relay.offer([dataclasses.replace(row, possible_duplicate=True) for row in rows], then=held.set)
            if not held.wait(10):
                break
            failpoint("intake.swept")
            self._objects.remove(key)
            swept += 1
        return swept

    def _turn(self) -> None:
        try:
            # Another process may have renamed the corrupt file. Then this one must not lead the fresh one.
            self._node.journal.flag(Flag.JOURNAL_ID)
            if not self._node.publisher.connected:
                self._seen = {}  # while the broker is away no node can get rid of its copies
            elif time.monotonic() >= self._sweep_due and self._node.journal.owners.try_become_leader():
                self._sweep_due = time.monotonic() + _SWEEP_SECONDS
                self.sweep()
        except JournalCorrupt:
            self._corrupt()
        except (WinnowError, JournalUnusable) as error:
            _LOG.warning("Acceptances in the store are swept later.", extra={"error": str(error)})

    def _take(self, taken: Sequence["_Taken"]) -> None:
        with self._unusable_as_unavailable():
            rows = self._node.journal.accept_all(taken)
        self._bound.written(len(rows))
        self._to_second_place(taken, rows)

    def _to_second_place(self, taken: Sequence["_Taken"], rows: Sequence[OutboxRow]) -> None:
        failpoint("intake.journaled")
        confirmed = threading.Event()
        barrier = self._node.relay.offer(rows, then=confirmed.set)
        self._node.shipper.recorded()
        if confirmed.wait(self._patience_seconds(len(rows))):
            self._broker_confirms = True
            failpoint("intake.confirmed")
        else:
            self._broker_confirms = False
            self._node.relay.withdraw(barrier)
            self._copy_to_store(taken)
            failpoint("intake.copied")

    def _patience_seconds(self, commands: int) -> float:
        """How long the confirms of so many commands are waited for."""
        if not self._node.publisher.connected:
            return 0
        seconds = self._confirm_seconds if self._broker_confirms else _LATE_CONFIRM_SECONDS
        return seconds + _PUBLISH_SECONDS * commands

    def _copy_to_store(self, taken: Sequence["_Taken"]) -> None:
        """Copy what was taken together as one object."""
        copies = [
            {"envelope": to_text(envelope), "accepted": accepted and to_json(accepted)} for envelope, accepted in taken
        ]
        about = {"copied_ms": now_ms(), "node": self._node.journal.node}
        # A gateway of an earlier version reads one alone, and leaves several to a newer one.
        copy = {**copies[0], **about} if len(copies) == 1 else {"jobs": copies, **about}
        first, _ = taken[0]
        try:
            self._objects.put_json(object_keys.acceptance(first.task_id), copy)
        except WinnowError as error:
            # The journal alone is one place. The job stays there and will run; the caller learns that it is not safe
            # yet.
            raise Unavailable(
                "The job is written down once, but neither the broker nor the store took the second copy.",
                dependency="s3",
                hint="Send it again in a moment with the same Idempotency-Key; nothing will run twice.",
            ) from error
        _LOG.info(
            "The broker did not confirm in time; a copy of the acceptance is in the store.",
            extra={"task_id": first.task_id, "commands": len(copies)},
        )

    @contextlib.contextmanager
    def _unusable_as_unavailable(self) -> Iterator[None]:
        """Turn a failing journal into the Unavailable that a caller of the API gets."""
        try:
            yield
        except JournalUnusable as error:
            if isinstance(error, JournalCorrupt):
                self._corrupt()
            raise Unavailable(
                "The gateway's journal cannot be used now.", dependency="journal", hint="Try again later."
            ) from error


_Taken = tuple[Envelope, JobAccepted | None]
"""A command, and the job if it begins one."""


def _envelope(job: AcceptedJob, *, possible_duplicate: bool) -> Envelope:
    return Envelope(
        command=job.command,
        created_ms=job.accepted.created_ms,
        traceparent=_traceparent(),
        possible_duplicate=possible_duplicate,
        priority=job.accepted.priority,
        not_before_ms=job.accepted.options.not_before_ms,
        track=job.accepted.options.track,
    )


def _traceparent() -> str:
    """The request's, so that the job belongs to its trace."""
    return trace_context.current() or new_traceparent()


def _read(copy: Any) -> list[_Taken]:
    """What a copy in the store holds. Raises what ``sweep`` takes for unreadable."""
    return [
        (from_text(one["envelope"]), from_json(JobAccepted, one["accepted"]) if one["accepted"] else None)
        for one in copy.get("jobs", [copy])
    ]


def _too_much(why: str, seconds: int) -> RateLimited:
    return RateLimited(
        f"More work waits than is taken. {why}",
        retry_after_seconds=seconds,
        hint=f"Nothing was kept. Send it again in {seconds} s.",
    )
