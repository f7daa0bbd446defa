"""POST /v1/ops/jobs/{job_id}/resend: sends a job's kept commands again after the broker lost its messages."""

from contextlib import suppress

from flask import Response

from winnow_contracts.control import ControlKind, ControlMessage
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.nodes import ResendJob
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.views import FINAL
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation that sends a job's commands again. It stores nothing: to repeat it, call it again."""

    def resend(call: Call) -> Response:
        job_id = call.path["job_id"]
        status = parts.operator_reads.trace(job_id)["job"]["status"]
        if status in FINAL:
            raise Conflict(f"The job is {status}; nothing of it is to be sent.", code="already-ended")
        parts.steering.note(call.principal.key_id, AuditAction.RESEND, job_id)
        parts.broadcast_confirmed(ControlMessage(kind=ControlKind.RESEND, name=job_id))
        with suppress(NotFound):  # an index of an earlier version keeps no commands
            parts.index.ask(ResendJob(job_id=job_id))
        trace = f"/v1/ops/jobs/{job_id}/trace"
        return json_answer({"job_id": job_id, "links": {"trace": trace}}, 202, {"Location": trace})

    return (
        Operation(
            name="resend_job",
            method="POST",
            path="/v1/ops/jobs/{job_id}/resend",
            about="Have every journal send again what it keeps of a job that has not ended, because its messages are"
            " gone from the broker. What has ended does not run again; what runs just now may run twice, and is"
            " served once.",
            handler=resend,
            scope="admin",
            answers=(
                ApiAnswer(
                    status=202,
                    about="The nodes are told.",
                    content={"application/json": ref("Resend")},
                    headers=("Location",),
                ),
            ),
            problems=("not-found", "gone", "already-ended", "unavailable"),
        ),
    )
