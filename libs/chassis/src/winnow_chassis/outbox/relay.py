"""Publishes a journal's commands, and calls back when the broker has confirmed everything that an ack waits for."""

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Sequence

from winnow_base import tracing
from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.closed_lanes import ClosedLanes
from winnow_chassis.broker.messages import Outbound, outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.outbox.confirm_barriers import ConfirmBarrier, ConfirmBarriers
from winnow_chassis.outbox.outbox_scan import READ_AT_ONCE, OutboxScan
from winnow_contracts.envelope import now_ms
from winnow_contracts.failpoints import failpoint
from winnow_journal.protocol import Journal
from winnow_journal.values import JournalUnusable, OutboxRow

_LOG = logging.getLogger(__name__)
_READ_EVERY_SECONDS = 1.0
_LINGER_SECONDS = 0.02
"""How long confirms wait to be recorded together. A row whose confirm is not recorded is sent again after a crash."""


class Relay:
    """Publishes outbox rows to the broker. A row stays in the journal until the broker has confirmed it.

    A lane that refuses a row is closed for a while: its rows wait in the journal, and those of other lanes go on. What
    was refused is not marked as a possible duplicate, because the broker said that it does not have it.
    """

    def __init__(self, journal: Journal, publisher: Publisher) -> None:
        self._journal = journal
        self._publisher = publisher
        self.barriers = ConfirmBarriers(journal.applied_seq)
        self.lanes = ClosedLanes()
        self._scan = OutboxScan()
        self._lock = threading.Lock()
        self._in_flight: set[int] = set()
        self._unsent: set[int] = set()
        """Rows of which it is certain that the broker does not have them."""
        self._confirmed: list[OutboxRow] = []
        self._read_due = 0.0
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
        barrier = self.barriers.raise_barrier(rows, then)
        for row in rows:
            self._publish(row)
        return barrier

    def withdraw(self, barrier: ConfirmBarrier) -> None:
        """Stop waiting for a barrier's rows. They are published all the same."""
        self.barriers.withdraw(barrier)

    def shipped(self, seqs: Sequence[int]) -> None:
        """Release what waited for these events. They are shipped in order: the broker holds all before them too."""
        self.barriers.shipped(seqs)

    def _publish(self, row: OutboxRow) -> None:
        if not row.is_command:
            return  # this row is an event: the shipper ships it and reports its confirm
        with self._lock:
            if row.seq in self._in_flight:
                return
            self._in_flight.add(row.seq)
        try:
            message = _message(row)
        except ValueError as error:
            # It stays in the journal, and counts as in flight here: the next process tries it again.
            _LOG.critical("A row of the outbox cannot be sent.", extra={"seq": row.seq, "error": str(error)})
            return
        if self.lanes.left_seconds(message.queue):
            self._refused(row, message.queue)
            return
        with self._lock:
            if self._publisher.connected:
                self._unsent.discard(row.seq)
            elif not row.possible_duplicate:
                self._unsent.add(row.seq)
        failpoint("relay.publishing")
        headers = message.headers
        span = tracing.start(f"publish {headers['actor']}", tracing.Kind.PRODUCER, headers["traceparent"])

        def done(answer: Answer) -> None:
            if answer is not Answer.HELD:
                span.fail(answer.name)
            span.end()
            self._answered(row, message.queue, answer)

        self._publisher.publish(message, done)

    def _answered(self, row: OutboxRow, queue: str, answer: Answer) -> None:
        match answer:
            case Answer.HELD:
                failpoint("relay.confirmed")
                self.lanes.held(queue)
                self._note([row])
                self.barriers.confirm([row.seq])
            case Answer.REFUSED:
                self._refused(row, queue)
            case Answer.UNKNOWN:
                with self._lock:
                    self._in_flight.discard(row.seq)

    def _refused(self, row: OutboxRow, queue: str) -> None:
        with self._lock:
            self._in_flight.discard(row.seq)
            if not row.possible_duplicate:
                self._unsent.add(row.seq)
        # A delayed message has no lane to close yet; it is published again with the next reading.
        if queue and self.lanes.refused(queue):
            _LOG.warning("A lane takes nothing now; its commands wait in the outbox.", extra={"queue": queue})
            self.look()  # rows of other lanes may wait behind those that this reading returned

    def _note(self, rows: Sequence[OutboxRow]) -> None:
        """Remember that the broker holds these rows, for the journal to be told soon."""
        with self._lock:
            self._confirmed.extend(rows)
            self._in_flight.difference_update(row.seq for row in rows)
        self._loop.wake()

    def _turn(self) -> None:
        if self._confirmed:
            self._loop.pause(_LINGER_SECONDS)
        try:
            self._record_confirmed()
            if time.monotonic() >= self._read_due:
                self._read_due = time.monotonic() + _READ_EVERY_SECONDS
                self._read()
        except JournalUnusable as error:
            _LOG.critical("The outbox cannot be read or written.", extra={"error": str(error)})
            self._loop.pause(1)  # each new row wakes the loop; that must not repeat the line

    def _note_last(self) -> None:
        try:
            self._record_confirmed()
        except JournalUnusable as error:
            # These rows are published again after the next start; the table of docs/states.md makes that harmless.
            _LOG.error("Confirmed messages could not be recorded in the journal.", extra={"error": str(error)})

    def _record_confirmed(self) -> None:
        with self._lock:
            rows = list(self._confirmed)
        if rows:
            self._journal.confirm(rows)
            with self._lock:
                del self._confirmed[: len(rows)]
            if self._scan.more_wait and len(self._in_flight) < READ_AT_ONCE // 2:
                self._read_due = 0.0  # more rows wait than one read returns

    def _read(self) -> None:
        rows = self._journal.unconfirmed(READ_AT_ONCE, closed=self.lanes.now())
        if not self._publisher.connected:
            return
        with self._lock:
            confirmed = {(row.seq, row.generation) for row in self._confirmed}
            unsent = set(self._unsent)
        for row in self._scan.to_publish(rows, unsent=unsent, confirmed=confirmed):
            self._publish(row)


def _message(row: OutboxRow) -> Outbound:
    """The message of a command. Raises ValueError if it cannot be read or is too large."""
    if row.envelope is None:
        raise ValueError(row.unreadable)
    envelope = row.envelope
    if row.possible_duplicate:
        envelope = dataclasses.replace(envelope, possible_duplicate=True, again_ms=now_ms())
    return outbound(envelope, row.delay_ms)
