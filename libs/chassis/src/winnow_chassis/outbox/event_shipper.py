"""Ships a journal's events to index in batches, in order, and keeps each event until index has applied it."""

import logging
import math
import threading
import time
from collections.abc import Callable

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.messages import Outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.outbox.watermark_listener import WatermarkListener
from winnow_contracts import queues
from winnow_contracts.events import EventBatch, SequencedEvent, Watermark
from winnow_contracts.failpoints import failpoint
from winnow_journal.codec import encode
from winnow_journal.protocol import Journal
from winnow_journal.values import MOST_EVENT_BYTES, JournalUnusable

_LOG = logging.getLogger(__name__)
_BATCH = 500
_ASK_AGAIN_SECONDS = 30.0
_TELL_AGAIN_SECONDS = 30.0
"""A hand-over that goes on failing for one reason is noted in the journal at most so often."""
_LIFE_SIGN_SECONDS = 60.0
"""How often at least a node ships a batch, be it empty: index then knows that its journal has somebody who works it."""
_LINGER_SECONDS = 0.2
_LINGER_EVENTS = 128
"""How long a new event waits for others to be shipped with it, and how many do not wait. Nothing but history depends on
events, except an ack that waits for one; and a batch costs index and PostgreSQL nearly the same for one event as for a
hundred."""
_BUSY_EVENTS, _BUSY_LINGER_SECONDS = 32, 0.6
"""After a batch of so many events the next ones wait longer: where much happens, fewer batches cost less. Journals ship
them at the same moments of the clock, because they tell of the same jobs: index folds each job once for all batches
that come together."""
_PATIENCE_SECONDS, _LONGEST_PATIENCE_SECONDS = 0.25, 4.0
"""How long the next batch waits until index has applied the last one; the wait doubles each time that it has not.

A slow index then gets few full batches, and not many small ones that would pile up before it. The wait has a limit
because index may be away, and a dead task's message is acked only once the broker holds its event.
"""


class Shipper:
    """Ships a journal's events to index, one batch at a time.

    ``confirmed`` is called with the numbers of each confirmed batch. ``may_ship`` returns whether this process ships:
    of the gateway's processes only one does.
    """

    def __init__(
        self,
        journal: Journal,
        publisher: Publisher,
        amqp_url: str,
        service: str,
        *,
        confirmed: Callable[[list[int]], None],
        may_ship: Callable[[], bool] = lambda: True,
    ) -> None:
        self._journal = journal
        self._publisher = publisher
        self._service = service
        self._confirmed = confirmed
        self._may_ship = may_ship
        self._sent_seq = journal.applied_seq
        self._asked_at = time.monotonic()
        self._patience_seconds = _PATIENCE_SECONDS
        self._answered = threading.Event()
        self._failure, self._failed_at = "", -math.inf
        self._due = math.inf
        self._fresh = 0
        self._busy = False
        self._loop = BackgroundLoop("event shipper", "ships events to index", self._turn)
        self._watermarks = WatermarkListener(
            amqp_url, journal.node, journal.journal_id, self._applied, may_listen=may_ship
        )

    def start(self) -> None:
        """Start to ship every event that index has not applied."""
        self._loop.start()
        self._watermarks.start()

    def stop(self) -> None:
        """Stop shipping. Unshipped events stay in the journal."""
        self._watermarks.stop()
        self._loop.stop(timeout_seconds=5)

    def look(self) -> None:
        """Look for new events now: the broker is back."""
        self._due = 0.0
        self._loop.wake()

    def recorded(self, *, urgent: bool = False) -> None:
        """Ship an event that was just written soon, with others; at once if it is ``urgent``: an ack waits for it."""
        self._fresh += 1
        if urgent or self._fresh >= _LINGER_EVENTS:
            self.look()
        elif math.isinf(self._due):
            self._due = time.monotonic() + (_until_next(_BUSY_LINGER_SECONDS) if self._busy else _LINGER_SECONDS)
            self._loop.wake()

    def rewind(self) -> None:
        """Ship everything again that index has not applied, because the broker lost its data."""
        self._sent_seq = self._journal.applied_seq
        self.look()

    def _turn(self) -> float:
        lingers_seconds = self._due - time.monotonic()
        if 0 < lingers_seconds < math.inf:
            return lingers_seconds
        self._due, self._fresh = math.inf, 0
        try:
            while self._publisher.connected and not self._loop.stopping.is_set() and self._may_ship() and self._ship():
                pass
            if not self._publisher.connected and self._may_ship() and self._journal.events_after(self._sent_seq, 1):
                self._failed("The broker is not connected.")
        except JournalUnusable as error:
            _LOG.critical("Events cannot be read from the journal.", extra={"error": str(error)})
            self._loop.pause(1)  # each new row wakes the loop; that must not repeat the line
        return 1.0

    def _ship(self) -> bool:
        """Ship one batch and wait for its confirm. Returns whether it was full, so that more is to be shipped now."""
        previous_seq = self._sent_seq
        events = self._journal.events_after(previous_seq, _BATCH)
        unapplied = max(previous_seq - self._journal.applied_seq, 0)
        if not events and not self._is_due(unapplied):
            return False
        if not events and unapplied:
            self._failed(f"Index has not said for {_ASK_AGAIN_SECONDS:.0f} s that it stored them.")
        answered = threading.Event()
        answers: list[Answer] = []

        def done(answer: Answer) -> None:
            answers.append(answer)
            answered.set()

        failpoint("shipper.shipping")
        self._answered.clear()
        message = self._batch(previous_seq, events)
        self._publisher.publish(message, done)
        answered.wait()
        if answers[0] is not Answer.HELD:
            refused = answers[0] is Answer.REFUSED
            self._failed("The broker refused them." if refused else "The broker was lost before it confirmed them.")
            self._loop.pause(0.2)
            return False
        failpoint("shipper.shipped")
        self._asked_at = time.monotonic()
        self._busy = len(events) >= _BUSY_EVENTS
        if events:
            if self._sent_seq == previous_seq:  # unless a rewind changed it meanwhile
                self._sent_seq = events[-1].seq
            self._confirmed([event.seq for event in events])
            self._await_application(events[-1].seq)
        return len(events) == _BATCH or len(message.body) > MOST_EVENT_BYTES // 2

    def _await_application(self, seq: int) -> None:
        """Wait until index has applied everything up to ``seq``, but no longer than the present limit."""
        deadline = time.monotonic() + self._patience_seconds
        while self._journal.applied_seq < seq and not self._loop.stopping.is_set():
            if (left_seconds := deadline - time.monotonic()) <= 0:
                if self._patience_seconds == _LONGEST_PATIENCE_SECONDS:
                    self._failed(f"Index has not stored them within {_LONGEST_PATIENCE_SECONDS:.0f} s.")
                self._patience_seconds = min(self._patience_seconds * 2, _LONGEST_PATIENCE_SECONDS)
                return
            self._answered.wait(left_seconds)
            self._answered.clear()
        self._patience_seconds = _PATIENCE_SECONDS

    def _is_due(self, unapplied: int) -> bool:
        """Whether to ship an empty batch: the last answer may have been lost, or index should know that we live."""
        silent_seconds = time.monotonic() - self._asked_at
        return silent_seconds > (_ASK_AGAIN_SECONDS if unapplied else _LIFE_SIGN_SECONDS)

    def _failed(self, error: str) -> None:
        """Note in the journal that events could not be handed over."""
        now = time.monotonic()
        if error != self._failure or now - self._failed_at > _TELL_AGAIN_SECONDS:
            self._failure, self._failed_at = error, now
            self._journal.not_applied(self._sent_seq, error)

    def _batch(self, previous_seq: int, events: list[SequencedEvent]) -> Outbound:
        batch = EventBatch(
            journal_id=self._journal.journal_id,
            service=self._service,
            node=self._journal.node,
            previous_seq=previous_seq,
            events=tuple(events),
        )
        return Outbound(
            exchange="",
            routing_key=queues.INDEX_EVENTS,
            body=encode(batch),
            reply_to=queues.applied(self._journal.journal_id),
        )

    def _applied(self, watermark: Watermark) -> None:
        if watermark.applied_seq > self._journal.applied_seq:
            failpoint("shipper.applied")
            self._journal.applied(self._sent_seq, watermark.applied_seq, keeps_commands=watermark.keeps_commands)
        if watermark.applied_seq < watermark.batch_seq:
            _LOG.warning("Index lacks events; they are shipped again.", extra={"from_seq": watermark.applied_seq})
            self._failed("Index lacks events before these; they are sent again.")
            self._sent_seq = watermark.applied_seq
            self.look()
        self._answered.set()


def _until_next(period_seconds: float) -> float:
    """Seconds until the clock shows a multiple of ``period_seconds``."""
    return period_seconds - time.time() % period_seconds
