"""When a job is to begin, as a request says it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from winnow_gateway.http.operations import Schema
from winnow_gateway.http.problems import FieldError

MOST_DAYS = 365
"""The broker holds a message for two years at most."""
SCHEMA: Schema = {"type": "string", "format": "date-time", "maxLength": 40}


def read_not_before(value: Any, pointer: str) -> int:
    """Returns the Unix milliseconds of an RFC 3339 time, 0 for none; a past one begins at once. Raises FieldError."""
    if value is None:
        return 0
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise FieldError("The time must be written as 2026-11-30T22:00:00+01:00.", pointer=pointer) from error
    if at.tzinfo is None:
        raise FieldError("The time needs its offset from UTC, such as Z or +01:00.", pointer=pointer)
    if at > datetime.now(UTC) + timedelta(days=MOST_DAYS):
        raise FieldError(f"A job can be put off for {MOST_DAYS} days at most.", pointer=pointer)
    return max(0, round(at.timestamp() * 1000))
