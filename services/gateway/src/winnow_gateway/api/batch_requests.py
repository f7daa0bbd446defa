"""Reads the body of POST /v1/jobs:batch: many drills, and perhaps one that begins once they have ended."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from flask import Request

from winnow_contracts.job_options import JobOptions, Track
from winnow_gateway.api.drill_jobs import FIELDS, WantedDrill, read_drill
from winnow_gateway.http.operations import Schema
from winnow_gateway.http.problems import FieldError, field_errors
from winnow_journal.codec import plain

MOST_JOBS = 1_000
_MAX_BODY_BYTES = 3 << 20
_JOB: Schema = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"type": "string", "enum": ["drill"]}, **FIELDS},
    "additionalProperties": False,
}
BODY: Schema = {
    "type": "object",
    "required": ["jobs"],
    "properties": {"jobs": {"type": "array", "minItems": 1, "maxItems": MOST_JOBS, "items": _JOB}, "then": _JOB},
    "additionalProperties": False,
}


@dataclass(frozen=True, kw_only=True)
class WantedBatch:
    """A batch as it was asked for; ``then`` begins once all ``drills`` have ended."""

    drills: list[WantedDrill]
    then: WantedDrill | None

    def sha256(self) -> str:
        """A hash of what makes two requests the same. One without ``then`` is hashed as earlier versions hash it."""
        compared = [_compared(drill) for drill in self.drills]
        if self.then:
            compared.append({"then": _compared(self.then)})
        return hashlib.sha256(json.dumps(compared, sort_keys=True).encode()).hexdigest()


def read_batch(request: Request) -> WantedBatch:
    """Returns the batch, each drill with defaults filled in. Raises FieldErrors that name each fault by its place."""
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict) or not body.keys() <= {"jobs", "then"} or not isinstance(body.get("jobs"), list):
        detail = "The body must be a JSON object with the list 'jobs', and perhaps 'then', and no other field."
        raise FieldError(detail, pointer="#")
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
    return WantedBatch(drills=drills, then=_read_job(body["then"], "#/then") if "then" in body else None)


def _compared(drill: WantedDrill) -> dict[str, Any]:
    """Returns what makes two drills the same. One that earlier versions know is hashed as they hash it."""
    if drill.options == JobOptions():
        return drill.fields
    options = plain(drill.options)
    if drill.options.track is Track.FULL:
        del options["track"]
    return drill.fields | {"options": options}


def _read_job(job: Any, pointer: str) -> WantedDrill:
    if not isinstance(job, dict):
        raise FieldError("A job is a JSON object with its 'kind' and the kind's fields.", pointer=pointer)
    if job.get("kind") != "drill":
        raise FieldError("The kind of a job must be 'drill'.", pointer=f"{pointer}/kind")
    return read_drill({name: value for name, value in job.items() if name != "kind"}, pointer)
