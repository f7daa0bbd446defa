"""What a journal keeps of tasks that ended some time ago: id, end and day, so that no copy of a message runs one again.

Every function works in a transaction. Of a time only the day counts, and clocks step: so days are counted that were
worked on, not days that the clock says have passed.
"""

from winnow_contracts.failpoints import failpoint
from winnow_journal.writer import Execute

DAY_MS = 86_400_000
REMEMBERED_DAYS = 7
"""How many whole days an ended task is remembered, beside the last day of work."""

_DAYS = (
    "WITH RECURSIVE days (day) AS (SELECT max(day) FROM past_task UNION ALL"
    " SELECT (SELECT max(day) FROM past_task WHERE day < days.day) FROM days WHERE days.day IS NOT NULL)"
    " SELECT day FROM days WHERE day IS NOT NULL"
)
"""The days of which something is remembered, the last one first. Each costs one look into the key."""

FIND = f"SELECT state, retry, '', '', 0, 0 FROM past_task WHERE task_id = :task_id AND day IN ({_DAYS})"  # noqa: S608 - ours
"""A remembered task, with the columns of a task's row."""


def remember_sent(execute: Execute, which: str, *parameters: object) -> None:
    """Remember the tasks that commands ask for which begin work, of those commands that ``which`` selects.

    Nothing else here tells of these tasks once their commands are deleted; a request that comes again would send them
    again.
    """
    failpoint("upkeep.forgetting")
    execute(
        "INSERT OR IGNORE INTO past_task SELECT created_ms / ?, task_id, 'pending', 0 FROM outbox"  # noqa: S608 - ours
        f" WHERE origin = '' AND {which}",
        (DAY_MS, *parameters),
    )


def move_ended(execute: Execute, before_ms: int, limit: int) -> int:
    """Reduce up to ``limit`` tasks that ended before ``before_ms`` to what is remembered; returns how many.

    The steps of completed tasks go too. Those of others stay: their job's next run begins from them.
    """
    ended = execute(
        "SELECT ended_ms / ?, task_id, state, retry, job_id FROM task_wal"
        " WHERE state IN ('completed', 'cancelled', 'dead') AND ended_ms < ? ORDER BY ended_ms LIMIT ?",
        (DAY_MS, before_ms, limit),
    ).fetchall()
    for day, task_id, state, retry, job_id in ended:
        execute("INSERT OR REPLACE INTO past_task VALUES (?, ?, ?, ?)", (day, task_id, state, retry))
        execute("DELETE FROM task_wal WHERE task_id = ?", (task_id,))
        if state == "completed":
            execute("DELETE FROM step WHERE job_id = ? AND task_id = ?", (job_id, task_id))
    return len(ended)


def horizon(execute: Execute, now_ms: int) -> int:
    """The first day that is still to be remembered; 0 if all are.

    Days before it are a week old by the clock, and a week of later days was worked on. A clock that jumps adds one such
    day, so one at most is forgotten for it.
    """
    worked = execute(f"{_DAYS} LIMIT 1 OFFSET ?", (REMEMBERED_DAYS,)).fetchone()
    return 0 if worked is None else min(int(worked[0]), now_ms // DAY_MS - REMEMBERED_DAYS)


def forget(execute: Execute, before_day: int, limit: int) -> int:
    """Forget up to ``limit`` tasks of days before ``before_day``; returns how many."""
    return execute(
        "DELETE FROM past_task WHERE (day, task_id) IN (SELECT day, task_id FROM past_task WHERE day < ? LIMIT ?)",
        (before_day, limit),
    ).rowcount


def oldest_day(execute: Execute) -> int | None:
    """The first day of which anything is remembered."""
    ((oldest,),) = execute("SELECT min(day) FROM past_task").fetchall()
    return None if oldest is None else int(oldest)
