"""POST /v1/ops/drills: sends a synthetic job through every service to check that the path works. It touches no user
data.
"""

from contextlib import nullcontext
from pathlib import Path

from flask import Request, Response

from winnow_chassis.outbox.submission import Submissions
from winnow_contracts import identity
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import now_ms
from winnow_contracts.tenants import DRILL_TENANT
from winnow_gateway.api.drill_jobs import FIELDS, WantedDrill, drill_answer, drill_job, is_same, read_drill
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, Schema, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.idempotency import KEY, only_one, read_key
from winnow_gateway.uploads.tenant_share import TenantShare

ROUTE = "POST /v1/ops/drills"
_MAX_BODY_BYTES = 4_096


class Drills:
    """Accepts drills."""

    def __init__(self, intake: Submissions, share: TenantShare, locks: Path) -> None:
        self._intake = intake
        self._share = share
        self._locks = locks

    def begin(self, call: Call) -> Response:
        """Accepts a drill; answers a repeated request as before.

        Raises RateLimited before the body is read while the drill's lane takes nothing, unless the drill is known here.
        """
        key = read_key(call.request.headers.get("Idempotency-Key"))
        job_id = identity.new_job_id() if key is None else identity.keyed_job_id(DRILL_TENANT, ROUTE, key)
        if key is None or self._intake.find(job_id) is None:
            self._intake.refuse_if_full(DrillMedia.QUEUE)
        wanted = _read(call.request)
        job = drill_job(job_id, wanted, now_ms(), self._share)
        with only_one(self._locks, job_id) if key else nullcontext():
            before = self._intake.find(job_id) if key else None
            if before is not None and not is_same(before, job):
                raise FieldError(
                    "This Idempotency-Key was used for another drill.",
                    pointer="Idempotency-Key",
                    code="idempotency-mismatch",
                    hint="Use a fresh key for a fresh drill.",
                )
            # Accepting it again changes nothing in the journal, but ensures that the second copy exists.
            self._intake.accept(job.command, before.accepted if before else job.accepted)
        answer = drill_answer(job_id)
        replayed = {"Idempotency-Replayed": "true"} if before else {}
        return json_answer(answer, 202, {"Location": answer["links"]["trace"], **replayed})


def _read(request: Request) -> WantedDrill:
    """Returns the drill that is asked for. Raises FieldError."""
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        raise FieldError("The body must be a JSON object with the fields of a drill.", pointer="#")
    return read_drill(body)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation that starts a drill."""
    form: Schema = {"type": "object", "properties": FIELDS, "additionalProperties": False}
    return (
        Operation(
            name="begin_drill",
            method="POST",
            path="/v1/ops/drills",
            about="Send a job of so many steps of so much work through every service; it can be told to misbehave.",
            handler=Drills(parts.intake, parts.share, parts.data_dir / "keyed").begin,
            scope="admin",
            headers=(KEY,),
            body={"application/json": form},
            example={"steps": 2, "work_ms": 10},
            answers=(
                ApiAnswer(
                    status=202,
                    about="The drill is accepted and will run.",
                    content={"application/json": ref("Drill")},
                    headers=("Location", "Idempotency-Replayed"),
                ),
            ),
            problems=(
                "malformed",
                "idempotency-in-progress",
                "idempotency-mismatch",
                "too-large",
                "rate-limited",
                "unavailable",
            ),
        ),
    )
