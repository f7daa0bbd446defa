"""What this package does in index's worker, which finds each part by its entry point."""

import threading
from collections.abc import Mapping
from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_index.index_builds import build_index
from winnow_index.schedules.schedule import Schedule
from winnow_index.schedules.scheduler import Work
from winnow_index.schedules.table import ORPHAN_SWEEP, RESPONSE_CACHE, RETENTION, UPLOAD_SWEEP
from winnow_index.worker_parts import WorkerParts
from winnow_retention import old_job_changes
from winnow_retention.deleted_objects import DeletedObjects
from winnow_retention.history_retention import HistoryRetention
from winnow_retention.object_expiry import ObjectExpiry
from winnow_retention.object_gc import ObjectGc
from winnow_retention.old_runs import drop_old_runs
from winnow_retention.response_cache_bound import ResponseCacheBound
from winnow_retention.unfinished_uploads import UnfinishedUploads

KEEP_DAYS = 30
"""How long the history of queues, of limits and of webhooks' deliveries is kept."""
_DAY_MS = 86_400_000


def retention(parts: WorkerParts) -> tuple[Schedule, Work]:
    """The schedule ``retention`` and its work: history that is old enough goes."""
    database = parts.database
    history = HistoryRetention(database, keep_days=parts.settings.retention_days)

    def drop_old(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        build_index(database, "job_history")
        jobs = history.drop(stopping)
        with database.transaction() as transaction:
            before = {"before_ms": now_ms() - KEEP_DAYS * _DAY_MS}
            runs = drop_old_runs(transaction, now_ms())
            stats = transaction.run("drop_old_queue_stats", before)
            minutes = transaction.run("drop_old_limit_log", before)
            told = transaction.run("drop_old_deliveries", before)
        return {
            "jobs": jobs,
            "schedule_runs": runs,
            "queue_stats": stats,
            "limit_minutes": minutes,
            "deliveries": told,
            "job_changes": old_job_changes.drop_old(database, stopping),
        }

    return RETENTION, drop_old


def orphan_sweep(parts: WorkerParts) -> tuple[Schedule, Work]:
    """The schedule ``orphan-sweep`` and its work: what ``object_gc`` does hourly, at a set time."""
    gc = object_gc(parts)

    def sweep(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        return {"objects": gc.sweep(stopping)}

    return ORPHAN_SWEEP, sweep


def upload_sweep(parts: WorkerParts) -> tuple[Schedule, Work]:
    """The schedule ``upload-sweep`` and its work: uploads in parts that nobody completed go."""
    return UPLOAD_SWEEP, lambda stopping, fire_ms: UnfinishedUploads(parts.objects).sweep(stopping)


def response_cache(parts: WorkerParts) -> tuple[Schedule, Work]:
    """The schedule ``response-cache`` and its work: AI answers are counted, and keep to their size."""
    bound = ResponseCacheBound(parts.database, parts.objects, limit_bytes=parts.settings.answer_bytes)

    def keep_to_size(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        return bound.keep(stopping)

    return RESPONSE_CACHE, keep_to_size


def object_gc(parts: WorkerParts) -> ObjectGc:
    """The loop that removes objects that nothing names."""
    return ObjectGc(
        parts.database,
        parts.objects,
        every_seconds=parts.settings.sweep_every_seconds,
        grace_seconds=parts.settings.sweep_grace_seconds,
        upload_days=parts.settings.upload_days,
        ready=parts.ready,
    )


def deleted_objects(parts: WorkerParts) -> DeletedObjects:
    """The loop that removes the objects of deleted media."""
    return DeletedObjects(
        parts.database, parts.objects, grace_seconds=parts.settings.sweep_grace_seconds, ready=parts.ready
    )


def object_expiry(parts: WorkerParts) -> ObjectExpiry:
    """The loop that removes old answers and probes."""
    return ObjectExpiry(parts.database, parts.objects, answer_days=parts.settings.answer_days, ready=parts.ready)
