"""What each schedule does, put together of the parts of this service."""

import threading
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_contracts.envelope import now_ms
from winnow_contracts.json_codec import to_json
from winnow_index.database import Database
from winnow_index.history.retention import HistoryRetention
from winnow_index.index_builds import build_index
from winnow_index.schedules.queue_statistics import QueueStatistics
from winnow_index.schedules.reconciliation import Reconciliation
from winnow_index.schedules.schedule import Schedule
from winnow_index.schedules.scheduler import Work
from winnow_index.schedules.table import ORPHAN_SWEEP, QUEUE_STATISTICS, RECONCILIATION, RETENTION, WEEKLY_REPORT
from winnow_index.schedules.webhook import Webhook
from winnow_index.schedules.weekly_report import WeeklyReports
from winnow_index.store.object_gc import ObjectGc

KEEP_DAYS = 30
"""How long the history of schedules, of queues and of limits is kept."""
_DAY_MS = 86_400_000


def works(
    database: Database,
    *,
    retention: HistoryRetention,
    sweep: ObjectGc,
    reports: WeeklyReports,
    webhook: Webhook | None,
    depths: Callable[[], Mapping[str, LaneDepth]],
    reconciliation: Reconciliation,
) -> Mapping[Schedule, Work]:
    """The work of every schedule, with what packages add. Reports go to ``webhook``; ``depths`` asks the broker."""

    def drop_old(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        build_index(database, "job_history")
        jobs = retention.drop(stopping)
        with database.transaction() as transaction:
            before = {"before_ms": now_ms() - KEEP_DAYS * _DAY_MS}
            runs = transaction.run("drop_old_runs", before)
            stats = transaction.run("drop_old_queue_stats", before)
            minutes = transaction.run("drop_old_limit_log", before)
        return {"jobs": jobs, "schedule_runs": runs, "queue_stats": stats, "limit_minutes": minutes}

    def sweep_orphans(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        return {"objects": sweep.sweep()}

    def report_week(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        report = reports.make(fire_ms)
        if webhook:
            webhook.post(to_json(report), message_id=f"{WEEKLY_REPORT.name}-{report.week}-{fire_ms}")
        return {"week": report.week, "posted": webhook is not None}

    def keep_depths(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        return {"ready": QueueStatistics(database).keep(depths(), now_ms())}

    def reconcile(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        return reconciliation.look()

    return {
        QUEUE_STATISTICS: keep_depths,
        RECONCILIATION: reconcile,
        RETENTION: drop_old,
        ORPHAN_SWEEP: sweep_orphans,
        WEEKLY_REPORT: report_week,
        **dict(more.load()(database) for more in entry_points(group="winnow.index.works")),
    }
