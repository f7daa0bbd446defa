"""GET /v1/jobs…: what became of uploads, and how it came to that."""

from flask import Response

from winnow_gateway.api.media import CURSOR, LIMIT
from winnow_gateway.api.schemas import JOB_STATUS, ref
from winnow_gateway.collaborators import Collaborators
from winnow_gateway.live import LiveBoard
from winnow_gateway.operations import Answer, Call, Operation, Query, json_answer
from winnow_gateway.reads import IndexReads
from winnow_gateway.views import FINAL


class Jobs:
    """Reads of jobs; what was heard live is laid over what index knows."""

    def __init__(self, reads: IndexReads, board: LiveBoard) -> None:
        self._reads = reads
        self._board = board

    def page(self, call: Call) -> Response:
        """The list, newest first."""
        query = call.query
        return json_answer(self._reads.jobs(call.tenant_id, query["limit"], query["cursor"], query["status"]))

    def one(self, call: Call) -> Response:
        """One job with its stages."""
        view = self._board.overlay(self._reads.job(call.tenant_id, call.path["job_id"]))
        return json_answer(view, headers={} if view["status"] in FINAL else {"Retry-After": "2"})

    def trace(self, call: Call) -> Response:
        """The whole history of a job."""
        return json_answer(self._reads.trace(call.tenant_id, call.path["job_id"]))


def operations(parts: Collaborators) -> tuple[Operation, ...]:
    """The operations on jobs."""
    jobs = Jobs(parts.reads, parts.board)
    base = "/v1/jobs/{job_id}"
    return (
        Operation(
            name="list_jobs",
            method="GET",
            path="/v1/jobs",
            about="The jobs, newest first.",
            handler=jobs.page,
            query=(LIMIT, CURSOR, Query(name="status", about="Only these.", schema=JOB_STATUS)),
            answers=(Answer(status=200, about="A page.", content={"application/json": ref("JobPage")}),),
            problems=("invalid-cursor", "unavailable"),
        ),
        Operation(
            name="get_job",
            method="GET",
            path=base,
            about="One job with its stages; a failed one has its error as a problem object.",
            handler=jobs.one,
            answers=(
                Answer(status=200, about="It.", content={"application/json": ref("Job")}, headers=("Retry-After",)),
            ),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="get_job_trace",
            method="GET",
            path=f"{base}/trace",
            about="Every task, attempt, step and event of a job, oldest first.",
            handler=jobs.trace,
            answers=(Answer(status=200, about="It.", content={"application/json": ref("Trace")}),),
            problems=("not-found", "unavailable"),
        ),
    )
