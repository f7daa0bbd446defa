"""POST /v1/ops/jobs/{job_id}/resend: a job's kept commands are sent again, where the broker lost its messages."""

from collections.abc import Callable

from flask import Response

from winnow_contracts.control import ControlKind, ControlNews
from winnow_contracts.errors import Conflict
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.collaborators import Collaborators
from winnow_gateway.operations import Answer, Call, Operation, json_answer
from winnow_gateway.operator_reads import OperatorReads

_ENDED = ("done", "failed", "cancelled")


class Resends:
    """Asks every node for it. Nothing is stored: who wants it again asks again."""

    def __init__(self, reads: OperatorReads, announce: Callable[[ControlNews], None]) -> None:
        self._reads = reads
        self._announce = announce

    def begin(self, call: Call) -> Response:
        """Tell the nodes of a job that has not ended."""
        job_id = call.path["job_id"]
        status = self._reads.trace(job_id)["job"]["status"]
        if status in _ENDED:
            raise Conflict(f"The job is {status}; nothing of it is to be sent.", code="already-ended")
        self._announce(ControlNews(kind=ControlKind.RESEND, name=job_id))
        trace = f"/v1/ops/jobs/{job_id}/trace"
        return json_answer({"job_id": job_id, "links": {"trace": trace}}, 202, {"Location": trace})


def operations(parts: Collaborators) -> tuple[Operation, ...]:
    """The operation that sends a job's commands again."""
    return (
        Operation(
            name="resend_job",
            method="POST",
            path="/v1/ops/jobs/{job_id}/resend",
            about="Have every journal send again what it keeps of a job that has not ended, because its messages are"
            " gone from the broker. What has ended does not run again; what runs just now may run twice, and is"
            " served once.",
            handler=Resends(parts.operator_reads, parts.announce_surely).begin,
            scope="admin",
            answers=(
                Answer(
                    status=202,
                    about="The nodes are told.",
                    content={"application/json": ref("Resend")},
                    headers=("Location",),
                ),
            ),
            problems=("not-found", "already-ended", "unavailable"),
        ),
    )
