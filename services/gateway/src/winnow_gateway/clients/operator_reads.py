"""Operator reads that need more than index: lanes with broker depths, and jobs accepted a moment ago."""

from collections.abc import Callable
from typing import Any

from winnow_base.http.internal_clients import IndexClient
from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_chassis.outbox.submission import Submissions
from winnow_contracts import queues
from winnow_contracts.errors import NotFound, Unavailable
from winnow_contracts.index_api.lanes import ReadControl
from winnow_contracts.index_api.trace import ReadTrace, TraceView
from winnow_gateway.clients.pagination import INDEX_DOWN
from winnow_gateway.clients.views import accepted_job, public_lane, public_trace

BROKER_DOWN = "broker_unavailable"


class OperatorReads:
    """Public JSON for operators, over all tenants."""

    def __init__(
        self, index: IndexClient, intake: Submissions, lane_depths: Callable[[], dict[str, LaneDepth]]
    ) -> None:
        self._index = index
        self._intake = intake
        self._lane_depths = lane_depths

    def lanes(self) -> dict[str, Any]:
        """Returns ``{items, degraded}``: every lane, as far as index and the broker can be read now."""
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

    def trace(self, job_id: str) -> dict[str, Any]:
        """Returns the whole history of any tenant's job. Raises NotFound and Unavailable."""
        try:
            trace = self._index.ask(ReadTrace(job_id=job_id))
        except NotFound:
            accepted = self._intake.find(job_id)
            if accepted is None:
                raise
            trace = TraceView(job=accepted_job(accepted))
        return public_trace(trace)
