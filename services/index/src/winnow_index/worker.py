"""Starts an index node: ``winnow-index --lanes default,events``."""

from collections.abc import Sequence
from functools import partial
from importlib.metadata import entry_points

from winnow_base.environment import Environment
from winnow_chassis.broker.event_consumer import EventConsumer
from winnow_chassis.broker.heartbeat_consumer import HeartbeatConsumer
from winnow_chassis.broker.queue_depths import lane_depths, queue_depths
from winnow_chassis.composition import object_store, run_worker_program
from winnow_chassis.outbox.republisher import Republisher
from winnow_chassis.settings import read_chassis_settings
from winnow_chassis.worker.drill import EffectLedger
from winnow_chassis.worker.routes import Background, Dependency, Policy, Route
from winnow_chassis.worker.worker import run_worker
from winnow_contracts import queues
from winnow_contracts.commands import JoinBatch, ReplayTask, StoreDrill, StorePhoto, StoreRecording
from winnow_index import actors
from winnow_index.database import Database
from winnow_index.history.batches import Batches
from winnow_index.history.dead_tasks import Replays
from winnow_index.history.departed_journals import DepartedJournalList
from winnow_index.history.event_store import EventStore
from winnow_index.history.open_commands import OpenCommands
from winnow_index.history.worker_status import WorkerStatuses
from winnow_index.index_builds import MEDIA_INDEXES, TASK_INDEXES, IndexBuilder
from winnow_index.korean import Korean
from winnow_index.migrate import MigrationCheck
from winnow_index.schedules.queue_metrics import QueueMetrics
from winnow_index.schedules.reconciliation import Reconciliation
from winnow_index.schedules.runs import ScheduleRuns
from winnow_index.schedules.scheduler import Scheduler
from winnow_index.schedules.webhook import Webhook
from winnow_index.schedules.weekly_report import WeeklyReports
from winnow_index.schedules.work import works
from winnow_index.settings import read_index_settings
from winnow_index.store.completion import Completions
from winnow_index.store.photo_store import PhotoStore
from winnow_index.store.recording_store import RecordingStore
from winnow_index.worker_parts import WorkerParts

LANES = {"default": (queues.INDEX, queues.INDEX_BULK)}
EVENTS = "events"
"""The queues of task events and heartbeats. They are no lanes, but are named like one so that a node can be started for
them alone."""

STORING = Policy(retries=5, backoff_seconds=5, limit_seconds=300)


def main(arguments: Sequence[str] | None = None) -> None:
    """Work until SIGTERM or SIGINT. Exits with a message if the configuration is wrong."""
    run_worker_program("winnow-index", "Stores recordings, photos and task history.", [*LANES, EVENTS], _run, arguments)


def _run(environment: Environment, names: list[str]) -> None:
    chassis = read_chassis_settings(environment, "index")
    settings = read_index_settings(environment)
    database = Database(
        settings.database_url,
        connections=settings.connections,
        statement_seconds=settings.statement_seconds,
        by_index=True,
    )
    preparation = MigrationCheck(database, settings.admin_key)
    objects = object_store(chassis)
    store = RecordingStore(database, Korean())
    ledger = EffectLedger(chassis.drill_ledger, chassis.node)
    routes = [
        Route(
            command=StoreRecording,
            actor=partial(actors.store_recording, objects=objects, store=store),
            policy=STORING,
        ),
        Route(
            command=StorePhoto,
            actor=partial(actors.store_photo, objects=objects, store=PhotoStore(database)),
            policy=STORING,
        ),
        Route(
            command=StoreDrill,
            actor=partial(actors.store_drill, results=Completions(database), ledger=ledger),
            policy=STORING,
        ),
        Route(command=JoinBatch, actor=partial(actors.join_batch, batches=Batches(database)), policy=STORING),
        Route(command=ReplayTask, actor=partial(actors.replay_task, replays=Replays(database)), policy=STORING),
    ]

    def prepared() -> bool:
        return preparation.is_done

    parts = WorkerParts(database=database, objects=objects, settings=settings, ready=prepared)
    commands = OpenCommands(database, lease_seconds=settings.lease_seconds)
    scheduler = Scheduler(
        ScheduleRuns(database, node=chassis.node, zone=settings.zone),
        works(
            database,
            reports=WeeklyReports(database, settings.zone),
            webhook=Webhook(settings.report_webhook) if settings.report_webhook else None,
            depths=partial(lane_depths, chassis.amqp_url, chassis.node),
            reconciliation=Reconciliation(
                database,
                commands,
                silent_seconds=settings.stuck_seconds,
                depths=partial(queue_depths, chassis.amqp_url, chassis.node, (queues.INDEX_EVENTS, *queues.LANES)),
            ),
            more=dict(work.load()(parts) for work in entry_points(group="winnow.index.works")),
        ),
        zone=settings.zone,
        ready=prepared,
    )
    departed = DepartedJournalList(database, silent_days=settings.retention_days)
    republisher = Republisher(chassis.amqp_url, commands, departed, node=chassis.node)
    indexes = IndexBuilder(database, (*MEDIA_INDEXES, *TASK_INDEXES), ready=prepared)
    queue_metrics = QueueMetrics(database, ready=prepared)
    background: list[Background] = [scheduler, republisher, indexes, queue_metrics]
    background += [part.load()(parts) for part in entry_points(group="winnow.index.background")]
    if EVENTS in names:
        background.append(EventConsumer(chassis.amqp_url, EventStore(database).apply, prepared))
        background.append(HeartbeatConsumer(chassis.amqp_url, WorkerStatuses(database).note, prepared))
    asked = {lane for name in names for lane in LANES.get(name, ())}
    run_worker(
        chassis,
        [lane for lane in settings.lanes if lane.name in asked],
        routes,
        [Dependency(name="postgres", probe=preparation.probe), Dependency(name="s3", probe=objects.probe)],
        background,
    )


if __name__ == "__main__":
    main()
