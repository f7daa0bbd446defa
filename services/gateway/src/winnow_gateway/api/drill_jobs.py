"""Drills as jobs: the fields of a request for one, and the job that is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts import identity
from winnow_contracts.commands import DrillMedia, JoinBatch
from winnow_contracts.events import JobAccepted
from winnow_contracts.job_options import JobOptions
from winnow_contracts.tenants import DRILL_TENANT
from winnow_gateway.api import job_options
from winnow_gateway.http.operations import Schema
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.tenant_share import TenantShare

_FIELDS: dict[str, Schema] = {
    "steps": {"type": "integer", "minimum": 0, "maximum": 100, "default": 2},
    "work_ms": {"type": "integer", "minimum": 0, "maximum": 60_000, "default": 0},
    "misbehave": {"type": "string", "enum": ["", "permanent", "temporary", "die"], "default": ""},
}
FIELDS: dict[str, Schema] = {**_FIELDS, **job_options.FIELDS}


@dataclass(frozen=True, kw_only=True)
class WantedDrill:
    """A drill as it was asked for: the ``fields`` of its command, and the ``options`` of its job."""

    fields: dict[str, Any]
    options: JobOptions


def read_drill(given: Mapping[str, Any], pointer: str = "#") -> WantedDrill:
    """Returns a drill with defaults filled in. Raises FieldError; ``pointer`` is where its fields stand."""
    if not given.keys() <= FIELDS.keys():
        raise FieldError(f"A drill has no other fields than {', '.join(FIELDS)}.", pointer=pointer)
    found = {name: given.get(name, schema["default"]) for name, schema in _FIELDS.items()}
    for name, value in found.items():
        if not _fits(value, _FIELDS[name]):
            raise FieldError(f"The field {name!r} has a value that cannot be used.", pointer=f"{pointer}/{name}")
    return WantedDrill(fields=found, options=job_options.read_options(given, pointer))


def drill_job(job_id: str, wanted: WantedDrill, created_ms: int, share: TenantShare, batch_id: str = "") -> AcceptedJob:
    """Returns the job of a drill: nobody's, and without a file. It takes its part of the drills' ``share``."""
    command = DrillMedia(**_ids(job_id), **wanted.fields)
    return AcceptedJob(command=command, accepted=_accepted(wanted, created_ms, share, batch_id))


def joining_job(
    job_id: str, wanted: WantedDrill, created_ms: int, share: TenantShare, *, batch_id: str, of: int
) -> AcceptedJob:
    """Returns the job of a drill that begins once the ``of`` jobs of a batch have ended."""
    command = JoinBatch(**_ids(job_id), **wanted.fields, batch_id=batch_id, of=of)
    return AcceptedJob(command=command, accepted=_accepted(wanted, created_ms, share))


def _ids(job_id: str) -> dict[str, Any]:
    return {"tenant_id": DRILL_TENANT, "job_id": job_id, "media_id": identity.keyed_media_id(job_id)}


def _accepted(wanted: WantedDrill, created_ms: int, share: TenantShare, batch_id: str = "") -> JobAccepted:
    return JobAccepted(
        kind="drill",
        title="Drill",
        filename="",
        content_type="",
        size_bytes=0,
        original_key="",
        created_ms=created_ms,
        options=wanted.options,
        batch_id=batch_id,
        over_share=share.take(DRILL_TENANT),
    )


def is_same(one: AcceptedJob, other: AcceptedJob) -> bool:
    """Whether two requests ask for the same drill."""
    return (one.command, one.accepted.options) == (other.command, other.accepted.options)


def drill_answer(job_id: str) -> dict[str, Any]:
    """Returns an accepted drill as the API shows it."""
    return {
        "job_id": job_id,
        "links": {"trace": f"/v1/ops/jobs/{job_id}/trace", "cancel": f"/v1/jobs/{job_id}/cancel"},
    }


def _fits(value: Any, schema: Schema) -> bool:
    if schema["type"] == "integer":
        # type(), not isinstance(): in Python, True is an int.
        return type(value) is int and schema["minimum"] <= value <= schema["maximum"]
    return value in schema["enum"]
