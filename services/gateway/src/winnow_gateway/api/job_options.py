"""The options of a job: what a request of any kind may say about how its job is run."""

from collections.abc import Mapping
from typing import Any

from winnow_contracts.job_options import JobOptions
from winnow_contracts.queues import Priority
from winnow_gateway.http.operations import QueryParameter, Schema
from winnow_gateway.http.problems import FieldError

FIELDS: dict[str, Schema] = {"priority": {"type": "string", "enum": [priority.value for priority in Priority]}}
"""The options as fields of a JSON body."""

PARAMETERS = (
    QueryParameter(
        name="priority",
        about="bulk: nobody waits for this job, and it stands behind all others; absent: normal.",
        schema=FIELDS["priority"],
    ),
)
"""The options as parameters of an upload, or as fields of its form."""


def read_options(given: Mapping[str, Any], pointer: str = "#") -> JobOptions:
    """Returns the options among the fields of a request. Raises FieldError; ``pointer`` is where they stand."""
    return JobOptions(priority=_priority(given.get("priority"), f"{pointer}/priority"))


def _priority(value: Any, pointer: str) -> Priority:
    try:
        return Priority.NORMAL if value is None else Priority(value)
    except ValueError as error:
        raise FieldError(f"The priority must be one of {', '.join(Priority)}.", pointer=pointer) from error
