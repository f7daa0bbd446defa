"""Drops events that were set aside long ago, except those of open jobs."""

from typing import Any

from winnow_index.database import Database
from winnow_journal.codec import parse

_AT_ONCE = 200


def drop_old(database: Database, before_ms: int) -> int:
    """Drop events that were set aside before that time; returns how many. Raises Unavailable and TimedOut."""
    dropped = 0
    after: dict[str, Any] = {"after_id": "", "after_seq": 0}
    while True:
        with database.transaction() as transaction:
            asked = {"before_ms": before_ms, **after, "limit": _AT_ONCE}
            rows = transaction.rows("read_old_events_set_aside", asked)
            jobs = [_job_of(bytes(row["body"])) for row in rows]
            still_open = {row["job_id"] for row in transaction.rows("read_open_jobs", {"job_ids": jobs})}
            for row, job_id in zip(rows, jobs, strict=True):
                if job_id not in still_open:
                    one = {"journal_id": row["journal_id"], "seq": row["seq"]}
                    dropped += transaction.run("drop_event_set_aside", one)
        if len(rows) < _AT_ONCE:
            return dropped
        after = {"after_id": rows[-1]["journal_id"], "after_seq": rows[-1]["seq"]}


def _job_of(body: bytes) -> str:
    """The job of an event. What PostgreSQL refuses as text is the id of no job that it knows."""
    job_id = str(parse(body).get("job_id", ""))
    return job_id.replace("\0", "")
