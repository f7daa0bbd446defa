"""Acts on every task that matches a filter, a slice at a time; the audit log has one entry for all slices."""

from functools import partial
from typing import Any

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.index_api.audit import AuditAction, BeginBulk
from winnow_contracts.index_api.tasks import CountTasks, ListTasks, TaskCount, TaskSummary
from winnow_contracts.states import TaskState
from winnow_gateway.clients.bulk_slices import SLICE, SliceDone, do_slice
from winnow_gateway.clients.job_control import JobSteering
from winnow_ops.task_filters import task_filter


class BulkActions:
    """Carries slices out through the single actions, so that each task or job is checked as if it were acted on alone.

    Nothing is kept here: a slice that is asked for again does nothing twice, because its tasks or jobs refuse it or
    send the same message again.
    """

    def __init__(self, index: IndexClient, steering: JobSteering) -> None:
        self._index = index
        self._steering = steering

    def count(self, action: AuditAction, given: dict[str, str]) -> TaskCount:
        """How many tasks, and of how many jobs, the action would act on now. Raises Unavailable."""
        return self._index.ask(CountTasks(**_wanted(action, meant(action, given))))

    def slice(self, action: AuditAction, given: dict[str, str], who: str, place: tuple[int, str] | None) -> SliceDone:
        """Act on the next slice of the tasks that ``given`` means (filters by their public names), for the key ``who``.

        ``place`` is the audit id and cursor of an action that has begun. ``replay`` and ``discard`` act on tasks;
        ``retry`` and ``cancel`` on their jobs, each once. Raises NotFound before anything is done if no such action
        goes on, BadInput (``invalid-cursor``) and Unavailable.
        """
        given = meant(action, given)
        audit_id, cursor = place or (None, None)
        page = self._index.ask(ListTasks(**_wanted(action, given), limit=SLICE, cursor=cursor))
        begun = BeginBulk(who=who, action=action, filter=given)
        targets = {
            target: partial(self._act, action, task, who) for target, task in _targets(action, page.items).items()
        }
        return do_slice(self._index, begun, audit_id, targets, page.next_cursor)

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


def meant(action: AuditAction, given: dict[str, str]) -> dict[str, str]:
    """Returns the filters with what the action adds: it is about dead tasks, unless a state is given or it cancels."""
    return given if action is AuditAction.CANCEL else {"state": TaskState.DEAD.value, **given}


def _wanted(action: AuditAction, given: dict[str, str]) -> dict[str, Any]:
    """The filters of index. Of dead tasks those are left out that were acted on before."""
    unhandled = action is not AuditAction.CANCEL and given.get("state") == TaskState.DEAD
    return {**task_filter(given), "unhandled": unhandled}


def _targets(action: AuditAction, tasks: tuple[TaskSummary, ...]) -> dict[str, TaskSummary]:
    """The tasks by what is acted on: themselves, or their jobs."""
    of_jobs = action in (AuditAction.RETRY, AuditAction.CANCEL)
    return {task.job_id if of_jobs else task.task_id: task for task in tasks}
