"""POST /v1/jobs:batch: accepts up to a thousand jobs in one request, all of them or none."""

import hashlib
import json
from contextlib import nullcontext
from typing import Any

from flask import Request, Response

from winnow_chassis.worker.drill import DRILL_TENANT
from winnow_contracts import identity
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import now_ms
from winnow_contracts.job_options import JobOptions
from winnow_gateway.api.drill_jobs import FIELDS, WantedDrill, drill_answer, drill_job, read_drill
from winnow_gateway.api.schema_parts import list_of, object_of, ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, Schema, json_answer
from winnow_gateway.http.problems import FieldError, field_errors
from winnow_gateway.uploads.batch_claims import BatchClaim, BatchClaims
from winnow_gateway.uploads.idempotency import KEY, only_one, read_key
from winnow_journal.codec import plain

ROUTE = "POST /v1/jobs:batch"
MOST_JOBS = 1_000
_MAX_BODY_BYTES = 3 << 20
_JOB: Schema = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"type": "string", "enum": ["drill"]}, **FIELDS},
    "additionalProperties": False,
}
_BODY: Schema = {
    "type": "object",
    "required": ["jobs"],
    "properties": {"jobs": {"type": "array", "minItems": 1, "maxItems": MOST_JOBS, "items": _JOB}},
    "additionalProperties": False,
}


class Batches:
    """Accepts batches of drills, the one kind of job that needs no upload."""

    def __init__(self, parts: Dependencies) -> None:
        self._intake = parts.intake
        self._share = parts.share
        self._claims = BatchClaims(parts.objects)
        self._locks = parts.data_dir / "keyed"

    def begin(self, call: Call) -> Response:
        """Accepts the jobs of a batch; answers a repeated request as before.

        Raises FieldErrors that name each faulty job by its place, and RateLimited before the body is read while the
        jobs' lane takes nothing, unless the batch is known here.
        """
        key = read_key(call.request.headers.get("Idempotency-Key"))
        if key is None or self._intake.find(_keyed_id(key, 0)) is None:
            self._intake.refuse_if_full(DrillMedia.QUEUE)
        drills = _read(call.request)
        batch_id = identity.keyed_job_id(DRILL_TENANT, ROUTE, key) if key else ""
        with only_one(self._locks, batch_id) if key else nullcontext():
            claim = self._claimed(batch_id, drills)
            job_ids = [_keyed_id(key, place) if key else identity.new_job_id() for place in range(len(drills))]
            pairs = zip(job_ids, drills, strict=True)
            jobs = [drill_job(job_id, drill, claim.created_ms, self._share) for job_id, drill in pairs]
            self._intake.accept_all(jobs, possible_duplicate=not claim.fresh)
        replayed = {} if claim.fresh else {"Idempotency-Replayed": "true"}
        return json_answer({"items": [drill_answer(job_id) for job_id in job_ids]}, 202, replayed)

    def _claimed(self, batch_id: str, drills: list[WantedDrill]) -> BatchClaim:
        """Returns the claim of the batch's key; without a key the batch is a fresh one."""
        if not batch_id:
            return BatchClaim(created_ms=now_ms(), fresh=True)
        sha256 = hashlib.sha256(json.dumps([_compared(drill) for drill in drills], sort_keys=True).encode()).hexdigest()
        return self._claims.take(DRILL_TENANT, batch_id, sha256=sha256, created_ms=now_ms())


def _keyed_id(key: str, place: int) -> str:
    """Returns the id of one job of a batch. A key has no line break, so no other key gives it."""
    return identity.keyed_job_id(DRILL_TENANT, ROUTE, f"{key}\n{place}")


def _compared(drill: WantedDrill) -> dict[str, Any]:
    """Returns what makes two requests the same. One without options is hashed as earlier versions hash it."""
    return drill.fields if drill.options == JobOptions() else drill.fields | {"options": plain(drill.options)}


def _read(request: Request) -> list[WantedDrill]:
    """Returns each drill with defaults filled in. Raises FieldError."""
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict) or body.keys() != {"jobs"} or not isinstance(body["jobs"], list):
        raise FieldError("The body must be a JSON object with the list 'jobs' and no other field.", pointer="#")
    if not 1 <= len(body["jobs"]) <= MOST_JOBS:
        detail = f"A batch has 1 to {MOST_JOBS} jobs, and this one has {len(body['jobs'])}."
        raise FieldError(detail, pointer="#/jobs", hint="Send the rest in batches of their own.")
    drills: list[WantedDrill] = []
    faults: list[FieldError] = []
    for place, job in enumerate(body["jobs"]):
        try:
            drills.append(_read_job(job, f"#/jobs/{place}"))
        except FieldError as fault:
            faults.append(fault)
    if faults:
        raise field_errors(faults)
    return drills


def _read_job(job: Any, pointer: str) -> WantedDrill:
    if not isinstance(job, dict):
        raise FieldError("A job is a JSON object with its 'kind' and the kind's fields.", pointer=pointer)
    if job.get("kind") != "drill":
        raise FieldError("The kind of a job must be 'drill'.", pointer=f"{pointer}/kind")
    return read_drill({name: value for name, value in job.items() if name != "kind"}, pointer)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation that accepts batches."""
    return (
        Operation(
            name="begin_jobs",
            method="POST",
            path="/v1/jobs:batch",
            about="Begin up to 1000 jobs, all of them or none: drills, which touch nobody's data.",
            handler=Batches(parts).begin,
            scope="admin",
            headers=(KEY,),
            body={"application/json": _BODY},
            answers=(
                ApiAnswer(
                    status=202,
                    about="All jobs are accepted and will run; they stand in the order of the request.",
                    content={"application/json": object_of({"items": list_of(ref("Drill"))})},
                    headers=("Idempotency-Replayed",),
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
