"""Publishes a journal's commands and tells the ack gates when the broker holds what they wait for."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from winnow_chassis import metrics
from winnow_chassis.messages import outbound
from winnow_chassis.publisher import Publisher
from winnow_contracts.envelope import from_text
from winnow_journal.protocol import Journal
from winnow_journal.values import JournalUnusable, Outgoing

_LOG = logging.getLogger(__name__)
_READ_AT_ONCE = 2_000
_READ_EVERY_SECONDS = 1.0


class Gate:
    """Calls ``then`` once every one of its rows is confirmed."""

    def __init__(self, seqs: set[int], then: Callable[[], None]) -> None:
        self._missing = seqs
        self._then = then

    def confirmed(self, seq: int) -> None:
        """One row less to wait for."""
        self._missing.discard(seq)
        if not self._missing:
            self._then()


class Relay:
    """The way from outbox to broker. Rows stay in the journal until confirmed, whatever happens on the way."""

    def __init__(self, journal: Journal, publisher: Publisher) -> None:
        self._journal = journal
        self._publisher = publisher
        self._lock = threading.Lock()
        self._in_flight: set[int] = set()
        self._gates: dict[int, list[Gate]] = {}
        self._confirmed: list[int] = []
        self._wake = threading.Event()
        self._read_due = 0.0
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

    def offer(self, rows: Sequence[Outgoing], then: Callable[[], None] = lambda: None) -> None:
        """Publish rows just written; ``then`` is called, in any thread, when the broker holds all of them."""
        if not rows:
            then()
            return
        gate = Gate({row.seq for row in rows}, then)
        with self._lock:
            for row in rows:
                self._gates.setdefault(row.seq, []).append(gate)
        for row in rows:
            self._publish(row)

    def confirmed(self, seqs: Sequence[int]) -> None:
        """These rows are with the broker: open their gates now, note it in the journal soon."""
        with self._lock:
            self._in_flight.difference_update(seqs)
            self._confirmed.extend(seqs)
            gates = [(seq, gate) for seq in seqs for gate in self._gates.pop(seq, ())]
        for seq, gate in gates:
            gate.confirmed(seq)
        self._wake.set()

    def _publish(self, row: Outgoing) -> None:
        if not row.envelope:
            return  # an event: the shipper carries it, and tells of its confirm
        with self._lock:
            if row.seq in self._in_flight:
                return
            self._in_flight.add(row.seq)
        self._publisher.publish(
            outbound(from_text(row.envelope), row.delay_ms), lambda held: self._answered(row.seq, held)
        )

    def _answered(self, seq: int, held: bool) -> None:
        if held:
            self.confirmed([seq])
        else:
            with self._lock:
                self._in_flight.discard(seq)

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
                _LOG.critical("The outbox can not be worked on.", extra={"error": str(error)})
                self._stop.wait(1)
        try:
            self._note_confirmed()
        except JournalUnusable as error:
            # They are published once more after the next start, which the table of docs/states.md makes harmless.
            _LOG.error("Confirmed messages could not be noted.", extra={"error": str(error)})

    def _note_confirmed(self) -> None:
        with self._lock:
            seqs = list(self._confirmed)
        if seqs:
            self._journal.confirm(seqs)
            with self._lock:
                del self._confirmed[: len(seqs)]

    def _publish_unconfirmed(self) -> None:
        rows = self._journal.unconfirmed(_READ_AT_ONCE)
        metrics.OUTBOX_PENDING.set(len(rows))
        if not self._publisher.connected:
            return
        with self._lock:
            noted = set(self._confirmed)
        for row in rows:
            if row.seq not in noted:
                self._publish(row)
