"""What each schedule does, put together of the parts of this service."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_contracts.envelope import now_ms
from winnow_contracts.json_codec import to_json
from winnow_index.database import Database
from winnow_index.schedules.queue_statistics import QueueStatistics
from winnow_index.schedules.reconciliation import Reconciliation
from winnow_index.schedules.schedule import Schedule
from winnow_index.schedules.scheduler import Work
from winnow_index.schedules.table import QUEUE_STATISTICS, RECONCILIATION, WEEKLY_REPORT
from winnow_index.schedules.webhook import Webhook
from winnow_index.schedules.weekly_report import WeeklyReports


def works(
    database: Database,
    *,
    reports: WeeklyReports,
    webhook: Webhook | None,
    depths: Callable[[], Mapping[str, LaneDepth]],
    reconciliation: Reconciliation,
    more: Mapping[Schedule, Work],
) -> Mapping[Schedule, Work]:
    """The work of every schedule, with ``more`` of packages. Reports go to ``webhook``; ``depths`` asks the broker."""

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
        WEEKLY_REPORT: report_week,
        **more,
    }
