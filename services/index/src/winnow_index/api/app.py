"""Builds the internal API."""

from importlib.metadata import entry_points
from zoneinfo import ZoneInfo

from flask import Flask

from winnow_base.http.app_kit import internal_app
from winnow_index.api import (
    audit,
    dead,
    history,
    keys,
    limits,
    operators,
    photos,
    places,
    reads,
    reports,
    schedules,
    spending,
    steering,
    tasks,
    tenants,
    turns,
)
from winnow_index.control.audit import AuditLog
from winnow_index.control.job_control import JobControl
from winnow_index.control.keys import ApiKeys
from winnow_index.control.limits import CallLimits
from winnow_index.control.media_edits import MediaEdits
from winnow_index.control.places import Places
from winnow_index.control.rate_limits import RateLimits
from winnow_index.control.tenants import TenantUsages
from winnow_index.database import Database
from winnow_index.history.batches import Batches
from winnow_index.history.dead_tasks import DeadTasks
from winnow_index.history.diagnostics import Diagnostics
from winnow_index.history.feedback import Feedback
from winnow_index.history.open_commands import LEASE_SECONDS, OpenCommands
from winnow_index.history.photos import Photos
from winnow_index.history.read_model import ReadModel
from winnow_index.history.task_history import TaskHistories
from winnow_index.history.task_reads import TaskReads
from winnow_index.history.worker_status import WorkerStatuses
from winnow_index.schedules.queue_statistics import QueueStatistics
from winnow_index.schedules.schedule_reads import ScheduleReads
from winnow_index.schedules.weekly_report import WeeklyReports
from winnow_index.search.searcher import Searcher
from winnow_index.usage.budgets import UNLIMITED, Budgets
from winnow_index.usage.usage import SpentDays

UTC = ZoneInfo("UTC")


def create_app(
    database: Database,
    searcher: Searcher,
    service_token: str,
    budgets: Budgets = UNLIMITED,
    *,
    lease_seconds: float = LEASE_SECONDS,
    zone: ZoneInfo = UTC,
) -> Flask:
    """The Flask app of one process, with the reads of every installed package.

    A package adds its own with an entry point of the group ``winnow.index.reads``: a function of the app and the
    database.
    """
    app = internal_app("winnow_index", service_token=service_token, needs={"postgres": database.probe})
    reads.add(app, ReadModel(database), MediaEdits(database), Batches(database), searcher)
    photos.add(app, Photos(database), Feedback(database))
    spending.add(app, SpentDays(database, budgets))
    tenants.add(app, TenantUsages(database, budgets))
    turns.add(app, RateLimits(database, budgets))
    places.add(app, Places(database, budgets))
    limits.add(app, CallLimits(database))
    history.add(app, TaskHistories(database, lease_seconds=lease_seconds), OpenCommands(database))
    steering.add(app, JobControl(database))
    audit.add(app, AuditLog(database))
    keys.add(app, ApiKeys(database))
    dead.add(app, DeadTasks(database))
    tasks.add(app, TaskReads(database))
    operators.add(app, Diagnostics(database), WorkerStatuses(database))
    schedules.add(app, ScheduleReads(database, zone), QueueStatistics(database))
    reports.add(app, WeeklyReports(database, zone))
    for more in entry_points(group="winnow.index.reads"):
        more.load()(app, database)
    return app
