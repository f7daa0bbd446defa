"""Acts on every task that matches a filter, a slice at a time; the audit log has one entry for all slices."""

from dataclasses import dataclass
from typing import Any

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction, BeginBulk, CountBulk
from winnow_contracts.index_api.tasks import ListTasks, TaskSummary
from winnow_gateway.clients.job_control import JobSteering

SLICE = 500
"""The most tasks of one slice: some seconds of work, for which a client waits."""
_TOLD = 10


@dataclass(frozen=True, kw_only=True)
class SliceDone:
    """What one slice did. ``refusals`` are the first ten that were refused, each with the reason.

    The next slice continues with ``next_cursor`` and ``audit_id``; without a cursor the action has ended.
    """

    audit_id: int
    done: int
    refused: int
    refusals: tuple[dict[str, str], ...]
    next_cursor: str | None


class BulkActions:
    """Carries slices out through the single actions, so that each task or job is checked as if it were acted on alone.

    Nothing is kept here: a slice that is asked for again does nothing twice, because its tasks or jobs refuse it or
    send the same message again.
    """

    def __init__(self, index: IndexClient, steering: JobSteering) -> None:
        self._index = index
        self._steering = steering

    def slice(
        self,
        action: AuditAction,
        given: dict[str, Any],
        wanted: dict[str, Any],
        who: str,
        place: tuple[int, str] | None,
    ) -> SliceDone:
        """Act on the next slice of the tasks that match ``wanted`` (filters of ``ListTasks``), for the key ``who``.

        The log shows them as ``given``. ``place`` is the audit id and cursor of an action that has begun. ``replay``
        and ``discard`` act on tasks; ``retry`` and ``cancel`` on their jobs, each once. Raises NotFound if no such
        action goes on, BadInput (``invalid-cursor``) and Unavailable.
        """
        cursor = place[1] if place else None
        page = self._index.ask(ListTasks(**wanted, limit=SLICE, cursor=cursor))
        audit_id = place[0] if place else self._index.ask(BeginBulk(who=who, action=action, filter=given)).audit_id
        refusals = []
        targets = _targets(action, page.items)
        for target, task in targets.items():
            try:
                self._act(action, task, who)
            except (Conflict, NotFound) as error:
                refusals.append({"target": target, "detail": error.detail})
        done, refused = len(targets) - len(refusals), len(refusals)
        ended = page.next_cursor is None
        self._index.ask(CountBulk(audit_id=str(audit_id), who=who, done=done, refused=refused, ended=ended))
        return SliceDone(
            audit_id=audit_id,
            done=done,
            refused=refused,
            refusals=tuple(refusals[:_TOLD]),
            next_cursor=page.next_cursor,
        )

    def _act(self, action: AuditAction, task: TaskSummary, who: str) -> None:
        match action:
            case AuditAction.RETRY:
                self._steering.retry((task.tenant_id,), task.job_id, who, bulk=True)
            case AuditAction.CANCEL:
                self._steering.cancel((task.tenant_id,), task.job_id, who, bulk=True)
            case AuditAction.REPLAY:
                self._steering.replay(task.task_id, who, bulk=True)
            case AuditAction.DISCARD:
                self._steering.discard(task.task_id, who, bulk=True)
            case _:
                raise ValueError(f"{action} is no action on tasks")


def _targets(action: AuditAction, tasks: tuple[TaskSummary, ...]) -> dict[str, TaskSummary]:
    """The tasks by what is acted on: themselves, or their jobs."""
    of_jobs = action in (AuditAction.RETRY, AuditAction.CANCEL)
    return {task.job_id if of_jobs else task.task_id: task for task in tasks}
