"""Publishes a journal's commands, and calls back when the broker has confirmed everything that an ack waits for."""

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from winnow_chassis import metrics
from winnow_chassis.background import BackgroundLoop
from winnow_chassis.broker.messages import outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_contracts.envelope import Undecodable, UnknownActor
from winnow_contracts.failpoints import failpoint
from winnow_journal.codec import from_text
from winnow_journal.protocol import Journal
from winnow_journal.values import JournalUnusable, OutboxRow

_LOG = logging.getLogger(__name__)
_READ_AT_ONCE = 2_000
_READ_EVERY_SECONDS = 1.0
_AGAIN_MS = 5_000
"""How long a command that may have been published before is delayed. By then index knows what became of it."""


@dataclass(eq=False)
class ConfirmBarrier:
    """Calls ``then`` once every row of ``missing`` is confirmed. Only used under the relay's lock."""

    missing: set[int]
    then: Callable[[], None]

    def confirmed(self, seq: int) -> bool:
        """Remove a confirmed row; returns whether it was the last."""
        self.missing.discard(seq)
        return not self.missing


class Relay:
    """Publishes outbox rows to the broker. A row stays in the journal until the broker has confirmed it."""

    def __init__(self, journal: Journal, publisher: Publisher) -> None:
        self._journal = journal
        self._publisher = publisher
        self._lock = threading.Lock()
        self._in_flight: set[int] = set()
        self._unsent: set[int] = set()
        self._seen: set[int] | None = None
        self._barriers: dict[int, list[ConfirmBarrier]] = {}
        self._confirmed: list[OutboxRow] = []
        # Events are shipped in the order of their numbers, so one number says which of them the broker has confirmed.
        self._shipped_seq = journal.applied_seq
        self._read_due = 0.0
        self._more_wait = False
        self._loop = BackgroundLoop(
            "relay", "publishes the outbox", self._turn, every_seconds=_READ_EVERY_SECONDS, at_end=self._note_last
        )

    def start(self) -> None:
        """Start to publish the journal's unconfirmed rows."""
        self._loop.start()

    def stop(self) -> None:
        """Record what is confirmed, then end the thread."""
        self._loop.stop()

    def look(self) -> None:
        """Read the journal's unconfirmed rows soon: the broker is back, or rows were reopened."""
        self._read_due = 0.0
        self._loop.wake()

    def offer(self, rows: Sequence[OutboxRow], then: Callable[[], None] = lambda: None) -> ConfirmBarrier:
        """Publish rows that were just written; call ``then``, in any thread, once the broker holds all of them.

        Without rows ``then`` is called at once. A row that is not confirmed stays in the journal, and the relay
        publishes it again later. Returns the barrier, for ``withdraw``.

        Example::

            rows = journal.finish(envelope, run.attempt_id, result)
            relay.offer(rows, then=delivery.ack)
        """
        with self._lock:
            # An event may have been shipped and confirmed between the commit and this call. No later confirm would name
            # it.
            missing = {row.seq for row in rows if row.envelope or row.owned_by_other or row.seq > self._shipped_seq}
            barrier = ConfirmBarrier(missing, then)
            for seq in missing:
                self._barriers.setdefault(seq, []).append(barrier)
        if not missing:
            then()
        for row in rows:
            self._publish(row)
        return barrier

    def withdraw(self, barrier: ConfirmBarrier) -> None:
        """Stop waiting for a barrier's rows. They are published all the same."""
        with self._lock:
            for seq in barrier.missing:
                waiting = self._barriers.get(seq, [])
                if barrier in waiting:
                    waiting.remove(barrier)
                if not waiting:
                    self._barriers.pop(seq, None)

    def shipped(self, seqs: Sequence[int]) -> None:
        """Record that the broker holds these events and, because they are shipped in order, all before them."""
        with self._lock:
            self._shipped_seq = max(self._shipped_seq, *seqs)
        self._confirm([OutboxRow(seq=seq) for seq in seqs])

    def _confirm(self, rows: Sequence[OutboxRow]) -> None:
        """Record that the broker holds these rows: release their barriers now, and write it to the journal soon."""
        ready: list[ConfirmBarrier] = []
        with self._lock:
            self._confirmed.extend(rows)
            for row in rows:
                self._in_flight.discard(row.seq)
                ready += [barrier for barrier in self._barriers.pop(row.seq, ()) if barrier.confirmed(row.seq)]
        for barrier in ready:
            barrier.then()
        self._loop.wake()

    def _publish(self, row: OutboxRow) -> None:
        if not row.envelope:
            return  # this row is an event: the shipper ships it and reports its confirm
        with self._lock:
            if row.seq in self._in_flight:
                return
            self._in_flight.add(row.seq)
            if self._publisher.connected:
                self._unsent.discard(row.seq)
            elif not row.possible_duplicate:
                self._unsent.add(row.seq)
        try:
            envelope = from_text(row.envelope)
            envelope = dataclasses.replace(
                envelope, possible_duplicate=row.possible_duplicate or envelope.possible_duplicate
            )
            message = outbound(envelope, row.delay_ms, at_least_ms=_AGAIN_MS if row.possible_duplicate else 0)
        except (UnknownActor, Undecodable, ValueError) as error:
            # Another version may have written this row. It stays in the journal, and the next process tries it again.
            _LOG.critical("A row of the outbox cannot be sent.", extra={"seq": row.seq, "error": str(error)})
            return
        failpoint("relay.publishing")
        self._publisher.publish(message, lambda held: self._answered(row, held))

    def _answered(self, row: OutboxRow, held: bool) -> None:
        if held:
            failpoint("relay.confirmed")
            self._confirm([row])
        else:
            with self._lock:
                self._in_flight.discard(row.seq)

    def _turn(self) -> None:
        try:
            self._note_confirmed()
            if time.monotonic() >= self._read_due:
                self._read_due = time.monotonic() + _READ_EVERY_SECONDS
                self._publish_unconfirmed()
        except JournalUnusable as error:
            _LOG.critical("The outbox cannot be read or written.", extra={"error": str(error)})

    def _note_last(self) -> None:
        try:
            self._note_confirmed()
        except JournalUnusable as error:
            # These rows are published again after the next start; the table of docs/states.md makes that harmless.
            _LOG.error("Confirmed messages could not be recorded in the journal.", extra={"error": str(error)})

    def _note_confirmed(self) -> None:
        with self._lock:
            rows = list(self._confirmed)
        if rows:
            self._journal.confirm(rows)
            with self._lock:
                del self._confirmed[: len(rows)]
            if self._more_wait and len(self._in_flight) < _READ_AT_ONCE // 2:
                self._read_due = 0.0  # more rows wait than one read returns

    def _publish_unconfirmed(self) -> None:
        rows = self._journal.unconfirmed(_READ_AT_ONCE)
        metrics.OUTBOX_PENDING.set(len(rows))
        if not self._publisher.connected:
            return
        with self._lock:
            noted = {(row.seq, row.generation) for row in self._confirmed}
            unsent = set(self._unsent)
        self._more_wait = len(rows) == _READ_AT_ONCE
        # Rows newer than the previous read will be published by offer(). Leave them to it, so that they are not marked
        # possible_duplicate. After an outage no row is that new.
        seen = {row.seq for row in rows} if self._seen is None or self._more_wait else self._seen | unsent
        for row in rows:
            if (row.seq, row.generation) not in noted and (row.possible_duplicate or row.seq in seen):
                # Unless the row never left this process, it may have been published, by us or by a dead process, and
                # its confirm may have been lost.
                self._publish(
                    dataclasses.replace(row, possible_duplicate=row.possible_duplicate or row.seq not in unsent)
                )
        self._seen = {row.seq for row in rows}
