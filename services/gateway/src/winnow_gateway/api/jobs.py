"""/v1/jobs…: the state and history of jobs, and the requests to cancel or retry them."""

from flask import Response

from winnow_contracts.tenants import DRILL_TENANT
from winnow_gateway.api.job_metadata import MOST_VALUE_CHARACTERS
from winnow_gateway.api.list_filters import CURSOR, LIMIT
from winnow_gateway.api.schema_parts import JOB_STATUS, ref
from winnow_gateway.clients.job_control import JobSteering
from winnow_gateway.clients.keys import Principal
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.views import FINAL
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer

_METADATA = QueryParameter(
    name="metadata",
    about="metadata.KEY=VALUE: only jobs whose metadata has this value under this key; up to four keys.",
    schema={"type": "string", "maxLength": MOST_VALUE_CHARACTERS},
    keyed=True,
)


class Jobs:
    """Reads jobs, with live events laid over what index knows, and steers them."""

    def __init__(self, reads: IndexReads, board: LiveBoard, steering: JobSteering) -> None:
        self._reads = reads
        self._board = board
        self._steering = steering

    def page(self, call: Call) -> Response:
        """Lists jobs, newest first."""
        query = call.query
        page = self._reads.jobs(call.tenant_id, query["limit"], query["cursor"], query["status"], query["metadata"])
        return json_answer({**page, "items": [self._board.overlay(view) for view in page["items"]]})

    def one(self, call: Call) -> Response:
        """Returns one job with its stages."""
        view = self._board.overlay(self._reads.job(call.tenant_id, call.path["job_id"]))
        return json_answer(view, headers={} if view["status"] in FINAL else {"Retry-After": "2"})

    def trace(self, call: Call) -> Response:
        """Returns the whole history of a job."""
        return json_answer(self._reads.trace(call.tenant_id, call.path["job_id"]))

    def cancel(self, call: Call) -> Response:
        """Cancels a job."""
        return json_answer(self._steering.cancel(_tenants(call.principal), call.path["job_id"], call.principal.key_id))

    def retry(self, call: Call) -> Response:
        """Runs a failed or cancelled job again from where it ended."""
        view = self._steering.retry(_tenants(call.principal), call.path["job_id"], call.principal.key_id)
        return json_answer(view, 202, {"Location": view["links"]["self"], "Retry-After": "1"})


def _tenants(holder: Principal) -> tuple[str, ...]:
    """The tenants whose jobs the caller may steer. Drills belong to no tenant: whoever may start one may stop it."""
    return (holder.tenant_id, DRILL_TENANT) if holder.may("admin") else (holder.tenant_id,)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on jobs."""
    jobs = Jobs(parts.reads, parts.board, parts.steering)
    job = {"application/json": ref("Job")}
    base = "/v1/jobs/{job_id}"
    return (
        Operation(
            name="list_jobs",
            method="GET",
            path="/v1/jobs",
            about="The jobs, newest first.",
            handler=jobs.page,
            query=(LIMIT, CURSOR, QueryParameter(name="status", about="Only these.", schema=JOB_STATUS), _METADATA),
            answers=(ApiAnswer(status=200, about="A page.", content={"application/json": ref("JobPage")}),),
            problems=("invalid-cursor", "invalid-field", "unavailable"),
        ),
        Operation(
            name="get_job",
            method="GET",
            path=base,
            about="One job with its stages; a failed one has its error as a problem object.",
            handler=jobs.one,
            answers=(
                ApiAnswer(status=200, about="It.", content={"application/json": ref("Job")}, headers=("Retry-After",)),
            ),
            problems=("not-found", "gone", "unavailable"),
        ),
        Operation(
            name="get_job_trace",
            method="GET",
            path=f"{base}/trace",
            about="Every task, attempt, step and event of a job, oldest first.",
            handler=jobs.trace,
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Trace")}),),
            problems=("not-found", "gone", "unavailable"),
        ),
        Operation(
            name="cancel_job",
            method="POST",
            path=f"{base}/cancel",
            about="Stop a job: what waits is not begun, what runs ends at its next step.",
            handler=jobs.cancel,
            scope="write",
            answers=(ApiAnswer(status=200, about="It is cancelled.", content=job),),
            problems=("not-found", "gone", "already-ended", "unavailable"),
        ),
        Operation(
            name="retry_job",
            method="POST",
            path=f"{base}/retry",
            about="Run a failed or cancelled job again, from where it ended; its run rises as soon as that begins.",
            handler=jobs.retry,
            scope="write",
            answers=(
                ApiAnswer(
                    status=202,
                    about="It will run again; the job as it was before.",
                    content=job,
                    headers=("Location", "Retry-After"),
                ),
            ),
            problems=("not-found", "gone", "not-ready", "unavailable"),
        ),
    )
