"""The options of a job: what a request of any kind may say about how its job is run."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from winnow_contracts.job_options import JobOptions, Track
from winnow_contracts.queues import Priority
from winnow_gateway.api import job_metadata, job_times
from winnow_gateway.api.schema_parts import PRIORITY, TRACK
from winnow_gateway.http.operations import QueryParameter, Schema
from winnow_gateway.http.problems import FieldError

Choice = TypeVar("Choice", bound=StrEnum)

FIELDS: dict[str, Schema] = {
    "priority": PRIORITY,
    "not_before": job_times.SCHEMA,
    "metadata": job_metadata.SCHEMA,
    "track": TRACK,
}
"""The options as fields of a JSON body."""

PARAMETERS = (
    QueryParameter(
        name="priority",
        about="bulk: nobody waits for this job, and it stands behind all others; absent: normal.",
        schema=FIELDS["priority"],
    ),
    QueryParameter(
        name="not_before",
        about="When it may begin, with the offset from UTC, at most a year ahead; absent: at once.",
        schema=job_times.SCHEMA,
    ),
    QueryParameter(
        name="metadata",
        about="What you write on the job: a flat JSON object of up to 16 keys and 2,000 bytes; jobs are found by it.",
        schema={"type": "string", "maxLength": job_metadata.MOST_BYTES},
    ),
    QueryParameter(
        name="track",
        about="outcome: of its tasks only ends are recorded, neither beginnings nor steps nor progress; absent: full.",
        schema=TRACK,
    ),
)
"""The options as parameters of an upload, or as fields of its form."""


def read_options(given: Mapping[str, Any], pointer: str = "#") -> JobOptions:
    """Returns the options among the fields of a request. Raises FieldError; ``pointer`` is where they stand."""
    return JobOptions(
        priority=_one_of(Priority, given.get("priority"), Priority.NORMAL, f"{pointer}/priority"),
        not_before_ms=job_times.read_not_before(given.get("not_before"), f"{pointer}/not_before"),
        metadata=job_metadata.read_metadata(given.get("metadata"), f"{pointer}/metadata"),
        track=_one_of(Track, given.get("track"), Track.FULL, f"{pointer}/track"),
    )


def _one_of(options: type[Choice], value: Any, default: Choice, pointer: str) -> Choice:
    try:
        return default if value is None else options(value)
    except ValueError as error:
        name = options.__name__.lower()
        raise FieldError(f"The {name} must be one of {', '.join(options)}.", pointer=pointer) from error
