"""Drops the history of jobs that ended long ago. One row a job stays, and what the job brought, whatever its age."""

import logging
import threading
import time
from dataclasses import dataclass

from winnow_contracts.envelope import now_ms
from winnow_index.database import Database
from winnow_index.history import worker_status
from winnow_retention import set_aside

_LOG = logging.getLogger(__name__)
DAY_SECONDS = 86_400
_TOLD_SECONDS = 60.0
_JOBS_AT_ONCE = 100
"""Some 2,000 rows: a job of three tasks has twenty."""


@dataclass(frozen=True, kw_only=True)
class _Slice:
    """What one transaction did, and the last job that it looked at, dropped or not."""

    jobs: int
    events: int
    after_ms: int
    after_id: str


class HistoryRetention:
    """The work of the schedule ``retention``. Of all workers, one drops at a time, and takes half of one connection.

    Nothing of an open job goes, however old, nor of one with a dead task that waits to be replayed or discarded.
    """

    def __init__(self, database: Database, *, keep_days: float) -> None:
        self._database = database
        self._keep_ms = round(keep_days * DAY_SECONDS * 1000)

    def drop(self, stopping: threading.Event | None = None) -> int:
        """Drop all history that is due. Returns of how many jobs; 0 if another node does it.

        ``stopping`` ends it after the current slice. Raises Unavailable and TimedOut; what was not dropped stays due.
        """
        stopping = stopping or threading.Event()
        with self._database.lock("history retention") as taken:
            if not taken:
                return 0
            before_ms = now_ms() - self._keep_ms
            jobs = self._drop_jobs(before_ms, stopping)
            set_aside.drop_old(self._database, before_ms)
            worker_status.drop_old(self._database, before_ms)
        return jobs

    def _drop_jobs(self, before_ms: int, stopping: threading.Event) -> int:
        jobs, events, told = 0, 0, time.monotonic()
        done: _Slice | None = _Slice(jobs=0, events=0, after_ms=0, after_id="")
        while done is not None and not stopping.is_set():
            began = time.monotonic()
            done = self._drop_slice(before_ms, done)
            if done is not None:
                jobs, events = jobs + done.jobs, events + done.events
                stopping.wait(time.monotonic() - began)  # nobody waits for this, and others do for PostgreSQL
            if jobs and (done is None or time.monotonic() - told > _TOLD_SECONDS):
                _LOG.info("History of jobs that ended long ago was dropped.", extra={"jobs": jobs, "events": events})
                told = time.monotonic()
        return jobs

    def _drop_slice(self, before_ms: int, last: _Slice) -> _Slice | None:
        """Drop the history of the next jobs in one transaction; None if no more are old enough."""
        asked = {"before_ms": before_ms, "after_ms": last.after_ms, "after_id": last.after_id, "limit": _JOBS_AT_ONCE}
        with self._database.transaction() as transaction:
            old = transaction.rows("lock_old_jobs", asked)
            if not old:
                return None
            job_ids = [row["job_id"] for row in old]
            # Asked after the jobs are locked: a statement does not see what was told while it waited for its locks.
            waiting = {row["job_id"] for row in transaction.rows("read_waiting_jobs", {"job_ids": job_ids})}
            dropped = [job_id for job_id in job_ids if job_id not in waiting]
            row = transaction.row("drop_history", {"job_ids": dropped, "now_ms": now_ms()})
            assert row is not None
        after = old[-1]
        return _Slice(jobs=len(dropped), events=row["events"], after_ms=after["finished_ms"], after_id=after["job_id"])
