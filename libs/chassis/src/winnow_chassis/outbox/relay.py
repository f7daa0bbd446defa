"""Publishes a journal's commands, and calls back when the broker has confirmed all that an ack waits for."""

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from winnow_chassis import metrics
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
"""How long a command that may have been published before waits in the broker: by then index knows what became of it."""


@dataclass(eq=False)
class ConfirmBarrier:
    """``then`` is to be called once every row of ``missing`` is confirmed. Only touched under the relay's lock."""

    missing: set[int]
    then: Callable[[], None]

    def confirmed(self, seq: int) -> bool:
        """One row less to wait for; whether it was the last."""
        self.missing.discard(seq)
        return not self.missing


class Relay:
    """The way from outbox to broker. Rows stay in the journal until confirmed, whatever happens on the way."""

    def __init__(self, journal: Journal, publisher: Publisher) -> None:
        self._journal = journal
        self._publisher = publisher
        self._lock = threading.Lock()
        self._in_flight: set[int] = set()
        self._unsent: set[int] = set()
        self._seen: set[int] | None = None
        self._barriers: dict[int, list[ConfirmBarrier]] = {}
        self._confirmed: list[OutboxRow] = []
        # Events are shipped in the order of their numbers, so one number tells which the broker has confirmed.
        self._shipped_seq = journal.applied_seq
        self._wake = threading.Event()
        self._read_due = 0.0
        self._more_wait = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def start(self) -> None:
        """Publish what the journal holds, at once and from then on."""
        self._thread.start()

    def stop(self) -> None:
        """Note what is confirmed, then end."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=10)

    def look(self) -> None:
        """Read the journal's unconfirmed rows soon: the broker is back, or rows were opened again."""
        self._read_due = 0.0
        self._wake.set()

    def offer(self, rows: Sequence[OutboxRow], then: Callable[[], None] = lambda: None) -> ConfirmBarrier:
        """Publish rows just written; ``then`` is called, in any thread, when the broker holds all of them."""
        with self._lock:
            # An event may have been shipped and confirmed between the commit and this call: nobody tells of it again.
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
        """Nobody waits for these rows any more; they are published all the same."""
        with self._lock:
            for seq in barrier.missing:
                waiting = self._barriers.get(seq, [])
                if barrier in waiting:
                    waiting.remove(barrier)
                if not waiting:
                    self._barriers.pop(seq, None)

    def shipped(self, seqs: Sequence[int]) -> None:
        """The broker holds these events and, since they go in order, all before them."""
        with self._lock:
            self._shipped_seq = max(self._shipped_seq, *seqs)
        self._confirm([OutboxRow(seq=seq) for seq in seqs])

    def _confirm(self, rows: Sequence[OutboxRow]) -> None:
        """These rows are with the broker: open their gates now, note it in the journal soon."""
        ready: list[ConfirmBarrier] = []
        with self._lock:
            self._confirmed.extend(rows)
            for row in rows:
                self._in_flight.discard(row.seq)
                ready += [barrier for barrier in self._barriers.pop(row.seq, ()) if barrier.confirmed(row.seq)]
        for barrier in ready:
            barrier.then()
        self._wake.set()

    def _publish(self, row: OutboxRow) -> None:
        if not row.envelope:
            return  # an event: the shipper carries it, and tells of its confirm
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
            # Another version wrote it, perhaps. It stays in the journal and is tried again by the next process.
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

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(timeout=_READ_EVERY_SECONDS)
            self._wake.clear()
            try:
                self._note_confirmed()
                if time.monotonic() >= self._read_due:
                    self._read_due = time.monotonic() + _READ_EVERY_SECONDS
                    self._publish_unconfirmed()
            except JournalUnusable as error:
                _LOG.critical("The outbox cannot be worked on.", extra={"error": str(error)})
                self._stop.wait(1)
            except Exception:  # noqa: BLE001 - without this thread nothing would be published again
                _LOG.exception("Unexpected error in the relay; continuing.")
                self._stop.wait(1)
        try:
            self._note_confirmed()
        except JournalUnusable as error:
            # They are published once more after the next start, which the table of docs/states.md makes harmless.
            _LOG.error("Confirmed messages could not be noted.", extra={"error": str(error)})

    def _note_confirmed(self) -> None:
        with self._lock:
            rows = list(self._confirmed)
        if rows:
            self._journal.confirm(rows)
            with self._lock:
                del self._confirmed[: len(rows)]
            if self._more_wait and len(self._in_flight) < _READ_AT_ONCE // 2:
                self._read_due = 0.0  # a long outage left more than one reading

    def _publish_unconfirmed(self) -> None:
        rows = self._journal.unconfirmed(_READ_AT_ONCE)
        metrics.OUTBOX_PENDING.set(len(rows))
        if not self._publisher.connected:
            return
        with self._lock:
            noted = {(row.seq, row.generation) for row in self._confirmed}
            unsent = set(self._unsent)
        self._more_wait = len(rows) == _READ_AT_ONCE
        # What was written since the last reading is about to be offered, as fresh. After an outage all is older.
        seen = {row.seq for row in rows} if self._seen is None or self._more_wait else self._seen | unsent
        for row in rows:
            if (row.seq, row.generation) not in noted and (row.possible_duplicate or row.seq in seen):
                # Unless it never left, it may have been published, by us or a dead process, and its confirm lost.
                self._publish(
                    dataclasses.replace(row, possible_duplicate=row.possible_duplicate or row.seq not in unsent)
                )
        self._seen = {row.seq for row in rows}
