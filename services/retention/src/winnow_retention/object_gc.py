"""Garbage collection of objects: removes those that late and failed attempts of ended jobs left in the store."""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from winnow_base.background import BackgroundLoop
from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import WinnowError
from winnow_index.database import Database, Transaction
from winnow_index.index_builds import build_index
from winnow_index.store.completion import named_keys

_LOG = logging.getLogger(__name__)
_DAY_MS = 86_400_000
_EXPIRED_AT_ONCE = 1000


class ObjectGc:
    """A background loop of an index worker. Of all workers, one sweeps at a time.

    It begins once ``ready`` and repeats every ``every_seconds``. A job is swept if no event of it came for
    ``grace_seconds``; a later event makes it due again. The uploads of a job that failed or was cancelled, and all that
    was made of them, stay ``upload_days`` for another run.
    """

    def __init__(
        self,
        database: Database,
        objects: ObjectStore,
        *,
        every_seconds: float,
        grace_seconds: float,
        upload_days: float,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._database = database
        self._objects = objects
        self._every_seconds = every_seconds
        self._grace_seconds = grace_seconds
        self._upload_ms = round(upload_days * _DAY_MS)
        self._ready = ready
        self._loop = BackgroundLoop("object gc", "removes objects that nothing names", self._turn)

    def start(self) -> None:
        """Start the loop."""
        self._loop.start()

    def stop(self) -> None:
        """Stop the loop after the current job."""
        self._loop.stop(timeout_seconds=15)

    def sweep(self, stopping: threading.Event | None = None) -> int:
        """Sweep every job that is due. Returns the number of removed objects, 0 if another node sweeps.

        ``stopping`` ends it after the current job. Raises Unavailable and TimedOut; jobs that were not swept stay due.
        """
        removed = 0
        stopping = stopping or threading.Event()
        before_ms = now_ms() - round(self._grace_seconds * 1000)
        with self._database.lock("object sweep") as taken:
            if not taken:
                return 0
            self._expire_uploads(stopping)
            while not stopping.is_set() and (found := self._sweep_next(before_ms)) is not None:
                removed += found
        return removed

    def _expire_uploads(self, stopping: threading.Event) -> None:
        """Give up the uploads of jobs that ended without result and were not run again in time; makes them due."""
        expired = limit = _EXPIRED_AT_ONCE
        while expired == limit and not stopping.is_set():
            now = now_ms()
            with self._database.transaction() as transaction:
                asked = {"now_ms": now, "before_ms": now - self._upload_ms, "limit": limit}
                expired = transaction.run("expire_uploads", asked)
            if expired:
                _LOG.info("Uploads of failed and cancelled jobs have expired.", extra={"jobs": expired})

    def _sweep_next(self, before_ms: int) -> int | None:
        """Sweep one job; None if none is due. Locks the job's row meanwhile, so that no run of it can begin."""
        with self._database.transaction() as transaction:
            job = transaction.row("lock_unswept", {"before_ms": before_ms})
            if job is None:
                return None
            transaction.run("note_swept", {"job_id": job["job_id"]})
            transaction.run("clear_passages", {"media_id": job["media_id"], "result": None})
            orphans = self._orphans(transaction, job)
            for key in orphans:
                self._objects.remove(key)
        if orphans:
            _LOG.info("Objects nothing names were removed.", extra={"job_id": job["job_id"], "objects": len(orphans)})
        return len(orphans)

    def _orphans(self, transaction: Transaction, job: dict[str, Any]) -> list[str]:
        media = {"media_id": job["media_id"]}
        jobs = transaction.rows("read_kept", media)
        if any(_unclear(one) for one in jobs):
            return []
        replayable = transaction.rows("read_replayable", media)
        kept = {key for one in jobs for key in one["kept_keys"] or ()}
        kept |= {key for task in replayable for key in named_keys(task["command"])}
        folders = tuple(
            object_keys.derived(job["tenant_id"], job["media_id"], attempt_id, "")
            for task in replayable
            for attempt_id in task["attempts"]
        )
        root = object_keys.uploads(job["tenant_id"], job["media_id"])
        uploads = _under(root, self._objects.keys(root))
        promoted = object_keys.promoted(job["tenant_id"], job["media_id"])
        # For ``…/med_1/original``, all derived objects of the media have keys beside it.
        made = list(self._objects.keys(promoted.removesuffix("original")))
        if any(one["may_run"] for one in jobs):
            kept |= {promoted} if promoted in made else set(uploads)
        return [key for key in (*uploads, *made) if key not in kept and not key.startswith(folders)]

    def _turn(self) -> float:
        if not self._ready():
            return 0.5
        try:
            build_index(self._database, "job_uploads")
            self.sweep(self._loop.stopping)
        except WinnowError as error:
            _LOG.warning("Cannot sweep objects now; trying again later.", extra={"error": error.detail})
        return self._every_seconds


def _unclear(job: dict[str, Any]) -> bool:
    """Whether the keys that the job needs are unknown. Then nothing is removed until its next event.

    That is so if its result was stored before index recorded such keys, if a task of a run without result has not
    ended, so that the command of a replay is not known yet, or if what begins the next run waits: that run may take
    what nothing names yet. Where its uploads have expired there is no replay.
    """
    return job["waits"] or (job["stored"] and job["kept_keys"] is None) or (job["may_run"] and job["open"])


def _under(key: str, found: Iterable[str]) -> list[str]:
    """Of ``found``, the key itself and the keys inside it as a folder."""
    return [one for one in found if one == key or one.startswith(key + "/")]
