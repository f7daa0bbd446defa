"""Dead tasks: list, show, discard, and replay them in a next run."""

from dataclasses import dataclass
from typing import Any

from winnow_base.redaction import redact, redact_text
from winnow_contracts.commands import COMMANDS, Command, ReplayTask
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound, Superseded
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.dead_tasks import DeadTaskDetail, DeadTaskPage, DeadTaskView
from winnow_contracts.job_options import Track
from winnow_contracts.json_codec import from_json, to_json
from winnow_contracts.queues import Priority, priority_of
from winnow_index import views
from winnow_index.control.audit import note
from winnow_index.database import Database, Transaction
from winnow_index.history import cursors
from winnow_index.history.reprocessing import first_command, read_served


class DeadTasks:
    """Reads and discards dead tasks. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, *, limit: int, cursor: str | None, actor: str | None, tenant_id: str | None) -> DeadTaskPage:
        """Dead tasks that were neither replayed nor discarded, last ended first."""
        filters = {"list": "dead", "actor": actor, "tenant_id": tenant_id}
        after_ms, after_id = cursors.decode(cursor, filters)
        wanted: dict[str, Any] = {
            **filters,
            "after_ms": after_ms,
            "after_id": after_id,
            "without_codes": [],
            "limit": limit + 1,
        }
        with self._database.transaction() as transaction:
            rows = transaction.rows("list_dead", wanted)
        following = None
        if len(rows) > limit:
            rows = rows[:limit]
            following = cursors.encode(rows[-1]["ended_ms"], rows[-1]["task_id"], filters)
        return DeadTaskPage(items=tuple(_listed(row) for row in rows), next_cursor=following)

    def one(self, task_id: str) -> DeadTaskDetail:
        """A dead or cancelled task with its attempts, and command and trace without secrets. Raises NotFound."""
        with self._database.transaction() as transaction:
            row = transaction.row("read_ended_task", {"task_id": task_id})
            attempts = transaction.rows("read_task_attempts", {"task_id": task_id})
        if row is None:
            raise NotFound(f"There is no dead task {task_id}.")
        return DeadTaskDetail(
            **_ended(row),
            attempts=tuple(views.attempt_view(one) for one in attempts),
            command=redact(row["command"]),
            trace=redact_text(row["trace"] or ""),
        )

    def discard(self, task_id: str, who: str, *, noted: bool = True) -> DeadTaskView:
        """Take a task off the list; it can no longer be replayed. ``who`` is recorded. Raises NotFound.

        ``noted`` false: a bulk action's entry of the audit log tells of it.
        """
        at_ms = now_ms()
        with self._database.transaction() as transaction:
            row = transaction.row("read_ended_task", {"task_id": task_id})
            if row is None or row["state"] != "dead":
                raise NotFound(f"There is no dead task {task_id}.")
            transaction.run("note_unswept", {"job_id": row["job_id"], "now_ms": at_ms})
            transaction.run("discard_task", {"task_id": task_id, "who": who, "now_ms": at_ms})
            if noted:
                note(transaction, who, AuditAction.DISCARD, task_id)
            row = transaction.row("read_ended_task", {"task_id": task_id})
        assert row is not None
        return _listed(row)


def _listed(row: dict[str, Any]) -> DeadTaskView:
    return DeadTaskView(**_ended(row), attempts=row["attempts"])


def _ended(row: dict[str, Any]) -> dict[str, Any]:
    """The fields that both views of a task share. ``row`` also has its job's ``job_run`` and ``job_status``."""
    names = ("task_id", "job_id", "tenant_id", "media_id", "actor", "queue", "run", "retry", "state")
    return {
        **{name: row[name] for name in names},
        "ended_at": views.instant_or_none(row["ended_ms"]),
        "problem": views.problem(row["problem"], f"/v1/ops/dead/{row['task_id']}"),
        "replayable": views.replayable(row),
        "discarded_at": views.instant_or_none(row["discarded_ms"]),
    }


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A run that has begun, and its first command."""

    run: int
    actor: str
    payload: dict[str, Any]
    priority: Priority = Priority.NORMAL
    track: Track = Track.FULL

    def command(self) -> Command:
        """The command to send."""
        return from_json(COMMANDS[self.actor], self.payload)


class Replays:
    """Begins the next runs of jobs. Nothing else increments a job's run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, command: ReplayTask, by: str) -> Replay:
        """Increment the job's run by compare-and-set. A repeated call by the same task ``by`` gets the same answer.

        Raises Superseded if the job has a later run or the task cannot be replayed, Unavailable and TimedOut.
        """
        run = command.expected_run + 1
        with self._database.transaction() as transaction:
            job = transaction.row("lock_jobs", {"job_ids": [command.job_id]})
            if command.reprocess is not None:
                return _reprocessed(transaction, job, command, by)
            task = transaction.row("read_ended_task", {"task_id": command.task_id})
            if job is None or task is None or task["job_id"] != command.job_id:
                raise Superseded(f"{command.task_id} is no dead or cancelled task of {command.job_id}.")
            replay = Replay(
                run=run,
                actor=task["actor"],
                payload=task["command"] or {},
                priority=_priority(task),
                track=Track(task["track"] or Track.FULL),
            )
            if (job["run"], job["replayed_by"]) == (run, by):
                return replay
            if task["run"] != command.expected_run or not views.replayable(task):
                raise Superseded(f"{command.task_id} cannot be replayed: {command.job_id} is {_place(task)}.")
            transaction.run("begin_run", {"job_id": command.job_id, "run": run, "by": by})
        return replay


def _priority(task: dict[str, Any]) -> Priority:
    """A lane of bulk work says it; a lane that both kinds of work share does not, and there the job does."""
    return Priority.BULK if Priority.BULK in (priority_of(task["queue"]), task["priority"]) else Priority.NORMAL


def _reprocessed(transaction: Transaction, job: dict[str, Any] | None, command: ReplayTask, by: str) -> Replay:
    """Begin the next run of a media that is served, at the stage that is asked for. The job's row is locked."""
    run = command.expected_run + 1
    begun = job is not None and (job["run"], job["replayed_by"]) == (run, by)
    row = read_served(transaction, command, begun=begun)
    first = None if row is None else first_command(row, command)
    if job is None or row is None or first is None or not (begun or job["run"] == command.expected_run):
        raise Superseded(f"{command.job_id} is not served, or in another run; it cannot be processed again.")
    if not begun:
        transaction.run("begin_run", {"job_id": command.job_id, "run": run, "by": by})
    return Replay(
        run=run,
        actor=first.ACTOR,
        payload=to_json(first),
        priority=Priority.BULK if command.bulk or row["priority"] == "bulk" else Priority.NORMAL,
        track=Track(row["track"] or Track.FULL),
    )


def _place(task: dict[str, Any]) -> str:
    discarded = ", and the task was discarded" if task["discarded_ms"] else ""
    expired = ", and its uploads have expired" if task["uploads_expired_ms"] else ""
    return f"in run {task['job_run']} and {task['job_status']}{discarded}{expired}"
