"""What operators read of all tenants: dead tasks, lanes, journals, findings, traces."""

from collections.abc import Callable
from typing import Any

from winnow_chassis.depths import LaneDepth
from winnow_chassis.intake import Intake
from winnow_chassis.internal_clients import IndexClient
from winnow_contracts import queues
from winnow_contracts.errors import NotFound, Unavailable
from winnow_contracts.index_api.dead_tasks import ListDeadTasks, ReadDeadTask
from winnow_contracts.index_api.jobs import ReadTrace, TraceView
from winnow_contracts.index_api.lanes import ReadControl
from winnow_contracts.index_api.operators import ListFindings, ListJournals
from winnow_gateway.pages import INDEX_DOWN
from winnow_gateway.views import accepted_job, public_dead, public_lane, public_trace, without_none
from winnow_journal.codec import plain

BROKER_DOWN = "broker_unavailable"


class OperatorReads:
    """Public JSON for operators. Methods raise NotFound, BadInput (``invalid-cursor``) and Unavailable."""

    def __init__(self, index: IndexClient, intake: Intake, lane_depths: Callable[[], dict[str, LaneDepth]]) -> None:
        self._index = index
        self._intake = intake
        self._lane_depths = lane_depths

    def dead_page(self, limit: int, cursor: str | None, actor: str | None, tenant_id: str | None) -> dict[str, Any]:
        """``{items, next_cursor}``, the latest death first."""
        page = self._index.ask(ListDeadTasks(limit=limit, cursor=cursor, actor=actor, tenant_id=tenant_id))
        return {"items": [public_dead(task) for task in page.items], "next_cursor": page.next_cursor}

    def dead(self, task_id: str) -> dict[str, Any]:
        """One dead task with its command, trace of the error and attempts."""
        return public_dead(self._index.ask(ReadDeadTask(task_id=task_id)))

    def lanes(self) -> dict[str, Any]:
        """``{items, degraded}``: every lane, as far as index and the broker can tell of it now."""
        degraded, paused, depths = [], {}, {}
        try:
            paused = self._index.ask(ReadControl()).paused
        except Unavailable:
            degraded.append(INDEX_DOWN)
        try:
            depths = self._lane_depths()
        except Unavailable:
            degraded.append(BROKER_DOWN)
        items = [public_lane(lane, paused.get(lane), depths.get(lane)) for lane in queues.LANES]
        return {"items": items, "degraded": degraded}

    def journals(self) -> dict[str, Any]:
        """``{items}``: every journal that ever shipped events."""
        return {"items": plain(self._index.ask(ListJournals()).items)}

    def findings(self, stuck_seconds: int) -> dict[str, Any]:
        """``{items}``: what a person should look at; an open job counts as stuck after so long without news."""
        found = self._index.ask(ListFindings(stuck_seconds=stuck_seconds))
        return {"items": [without_none(finding) for finding in found.items]}

    def trace(self, job_id: str) -> dict[str, Any]:
        """The whole history of any tenant's job."""
        try:
            trace = self._index.ask(ReadTrace(job_id=job_id))
        except NotFound:
            accepted = self._intake.find(job_id)
            if accepted is None:
                raise
            trace = TraceView(job=accepted_job(accepted))
        return public_trace(trace)
