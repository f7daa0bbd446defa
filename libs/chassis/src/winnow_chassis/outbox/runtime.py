"""Runs the outbox of one process: journal, publisher, relay, event shipper, sentinel and maintenance."""

from collections.abc import Callable, Mapping, Sequence

from pika.adapters.blocking_connection import BlockingChannel

from winnow_base import metrics
from winnow_base.http.internal_clients import IndexClient
from winnow_base.http.journal_reads import JournalReads
from winnow_chassis.broker import live_events
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.broker.watched_jobs import WatchedJobs
from winnow_chassis.outbox.command_pruner import CommandPruner
from winnow_chassis.outbox.event_shipper import Shipper
from winnow_chassis.outbox.maintenance_loop import MaintenanceLoop
from winnow_chassis.outbox.relay import Relay
from winnow_chassis.outbox.sentinel import guard, reopen_kept
from winnow_chassis.settings import ChassisSettings
from winnow_contracts.errors import Unavailable
from winnow_contracts.events import TaskEvent
from winnow_contracts.index_api.nodes import FindEndedJobs
from winnow_journal.event_factory import GATING
from winnow_journal.journal import SqliteJournal
from winnow_journal.journal_figures import JournalCounter
from winnow_journal.values import JournalUnusable


class OutboxRuntime:
    """A journal and everything that publishes its rows. ``exclusive`` as in ``SqliteJournal``.

    ``measured``: whether this process's metrics are those of this journal. A process has one such journal.
    """

    def __init__(self, settings: ChassisSettings, *, exclusive: bool = True, measured: bool = True) -> None:
        self.journal = SqliteJournal(
            settings.data_dir / "journal",
            settings.node,
            exclusive=exclusive,
            observe_commit=metrics.COMMIT_SECONDS.observe,
        )
        self.journal_reads = JournalReads(
            settings.data_dir / "journal",
            service=settings.service,
            node=settings.node,
            service_token=settings.service_token,
        )
        self.counter = JournalCounter(self.journal)
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
        self.journal.listen(self._recorded)
        self.watched = WatchedJobs()
        self._limit_bytes = settings.journal_limit_bytes
        self._end_readings: Callable[[], None] = lambda: None
        self._guarded = False
        self._measured = measured
        self._maintenance = MaintenanceLoop(
            self.journal,
            settings.amqp_url,
            self._ended_jobs,
            every_seconds=settings.upkeep_seconds,
            limit_bytes=settings.journal_limit_bytes,
            on_leading=self._check_guard,
            swept=self.relay.look,
        )
        self._pruner = CommandPruner(self.journal, settings.amqp_url)

    def start(self) -> None:
        """Start to publish rows."""
        self.relay.start()
        self.shipper.start()
        self.publisher.start()
        self._maintenance.start()
        self._pruner.start()
        if self._measured:
            self._end_readings = metrics.read_before_scrapes(self._measure)

    def stop(self) -> None:
        """Stop. Rows that are not published stay in the journal."""
        self._end_readings()
        self.shipper.stop()
        self.publisher.stop()
        self.relay.stop()
        self._maintenance.stop()
        self._pruner.stop()
        self.journal.close()

    def tell(self, event: TaskEvent) -> None:
        """Publish a live event, best effort, if somebody watches its job, or all of its tenant's."""
        if event.job_id in self.watched or event.tenant_id in self.watched:
            live_events.tell(self.publisher, event)

    def _measure(self) -> None:
        figures = self.counter.figures()
        metrics.OUTBOX_PENDING.set(figures.pending)
        metrics.OUTBOX_OLDEST_AGE.set(figures.oldest_pending_ms / 1000)
        metrics.EVENTS_UNAPPLIED.set(figures.unapplied)
        metrics.SYNC_DELAY.set(figures.oldest_unapplied_ms / 1000)
        metrics.JOURNAL_BYTES.set(figures.used_bytes)
        metrics.JOURNAL_LIMIT_BYTES.set(self._limit_bytes)
        metrics.WAL_BYTES.set(figures.wal_bytes)
        metrics.FREE_DISK_BYTES.set(figures.free_disk_bytes)

    def _recorded(self, event: TaskEvent) -> None:
        """Ship an event that was just written, and tell it live: both get the same one."""
        self.shipper.recorded(urgent=event.kind in GATING)
        self.tell(event)

    def _guard(self, channel: BlockingChannel) -> None:
        try:
            self._guarded = self.journal.owners.try_become_leader()
            if self._guarded:
                guard(self.journal, self.journal.journal_id, channel, self._reopen)
        except JournalUnusable as error:
            raise Unavailable(str(error), dependency="journal") from error

    def _reopen(self) -> int:
        reopened = reopen_kept(self.journal, self._ended_jobs)
        self.shipper.rewind()
        return reopened

    def _broker_is_back(self) -> None:
        self.relay.look()
        self.shipper.look()

    def _ended_jobs(self, job_ids: Sequence[str]) -> Mapping[str, int]:
        return self.index.ask(FindEndedJobs(job_ids=job_ids)).ended

    def _check_guard(self) -> bool:
        """Whether this leader's connection checked the sentinel; if not, connect again, which checks it."""
        if self.publisher.connected and not self._guarded:
            # The old leader died, and nobody knows whether it had.
            self.publisher.reconnect()
        return self._guarded
