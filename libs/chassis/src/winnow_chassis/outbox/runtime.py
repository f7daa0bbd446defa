"""Runs the outbox of one process: journal, publisher, relay, event shipper, sentinel and maintenance."""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from winnow_chassis import metrics
from winnow_chassis.broker import live_events
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.broker.topology import declare_anew, parameters
from winnow_chassis.http.internal_clients import IndexClient
from winnow_chassis.outbox.event_shipper import Shipper
from winnow_chassis.outbox.relay import Relay
from winnow_chassis.outbox.sentinel import guard
from winnow_chassis.settings import ChassisSettings
from winnow_contracts.errors import Unavailable, WinnowError
from winnow_contracts.events import TaskEvent
from winnow_contracts.index_api.nodes import FindEndedJobs
from winnow_journal import maintenance
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)
_FIRST_SWEEP_SECONDS = 20.0
_CHECKPOINT_SECONDS = 3_600.0
_DECLARE_SECONDS = 60.0
"""How long after its start a process declares the whole topology, even if it seems to exist: nothing else would show
that somebody removed a binding."""
_LOOK_SECONDS = 1.0
"""How soon another process takes over after the leader died. The leader itself waits until something is due."""


class OutboxRuntime:
    """A journal and everything that publishes its rows. ``exclusive`` as in ``SqliteJournal``."""

    def __init__(self, settings: ChassisSettings, *, exclusive: bool = True) -> None:
        self.journal = SqliteJournal(
            settings.data_dir / "journal",
            settings.node,
            exclusive=exclusive,
            observe_commit=metrics.COMMIT_SECONDS.observe,
        )
        self._upkeep_seconds = settings.upkeep_seconds
        self._declaring = parameters(settings.amqp_url, f"{settings.node} topology")
        self.index = IndexClient(settings.index_url, settings.service_token)
        self.publisher = Publisher(settings.amqp_url, settings.node, prepare=self._guard, on_ready=self._broker_is_back)
        self.relay = Relay(self.journal, self.publisher)
        self.shipper = Shipper(
            self.journal,
            self.publisher,
            settings.amqp_url,
            settings.service,
            confirmed=self.relay.shipped,
            may_ship=self.journal.owners.try_become_leader,
        )
        self._guarded = False
        self._stop = threading.Event()
        self._upkeep = threading.Thread(target=self._keep_up, name="upkeep", daemon=True)

    def start(self) -> None:
        """Start to publish rows."""
        self.relay.start()
        self.shipper.start()
        self.publisher.start()
        self._upkeep.start()

    def stop(self) -> None:
        """Stop. Rows that are not published stay in the journal."""
        self._stop.set()
        self.shipper.stop()
        self.publisher.stop()
        self.relay.stop()
        self._upkeep.join(timeout=15)
        self.journal.close()

    def tell(self, event: TaskEvent) -> None:
        """Publish a live event, best effort."""
        live_events.tell(self.publisher, event)

    def _guard(self, channel: BlockingChannel) -> None:
        try:
            self._guarded = self.journal.owners.try_become_leader()
            if self._guarded:
                guard(self.journal, channel, self._ended_jobs, self.shipper.rewind)
        except JournalUnusable as error:
            raise Unavailable(str(error), dependency="journal") from error

    def _broker_is_back(self) -> None:
        self.relay.look()
        self.shipper.look()

    def _ended_jobs(self, job_ids: Sequence[str]) -> Mapping[str, int]:
        return self.index.ask(FindEndedJobs(job_ids=job_ids)).ended

    def _keep_up(self) -> None:
        sweep_due = time.monotonic() + min(_FIRST_SWEEP_SECONDS, self._upkeep_seconds)
        checkpoint_due = 0.0
        declare_due = time.monotonic() + _DECLARE_SECONDS
        wait_seconds = look_seconds = min(_LOOK_SECONDS, self._upkeep_seconds)
        while not self._stop.wait(wait_seconds):
            wait_seconds = look_seconds
            if not self.journal.owners.try_become_leader():
                continue
            if self.publisher.connected and not self._guarded:
                # The old leader died. Nobody knows whether it had checked the sentinel, so connect again, which checks
                # it.
                self.publisher.reconnect()
            if time.monotonic() >= sweep_due:
                sweep_due = time.monotonic() + self._upkeep_seconds
                self._try(lambda: maintenance.sweep(self.journal, self._ended_jobs))
                self._try(lambda: maintenance.clean(self.journal))
                self.relay.look()
            if time.monotonic() >= declare_due:
                declare_due = math.inf
                self._try(lambda: declare_anew(self._declaring))
            if time.monotonic() >= checkpoint_due:
                checkpoint_due = time.monotonic() + _CHECKPOINT_SECONDS
                self._try(lambda: metrics.WAL_BYTES.set(self.journal.checkpoint()))
            if self._guarded:
                wait_seconds = max(0.0, min(sweep_due, declare_due, checkpoint_due) - time.monotonic())

    def _try(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (WinnowError, JournalUnusable, AMQPError, OSError) as error:
            _LOG.warning("Journal maintenance is postponed.", extra={"error": str(error)})
        except Exception:  # noqa: BLE001 - without this thread the journal would only grow
            _LOG.exception("Unexpected error in journal maintenance; continuing.")
