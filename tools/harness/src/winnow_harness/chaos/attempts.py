"""Asks index for every attempt of the jobs of a run, as operators see them."""

from collections.abc import Sequence
from datetime import datetime

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.index_api.tasks import JobAttempt, ListAttempts

_AT_ONCE = 500


def read_attempts(index: IndexClient, job_ids: Sequence[str]) -> list[JobAttempt]:
    """Returns every attempt that index knows of these jobs. Raises Unavailable."""
    found: list[JobAttempt] = []
    for start in range(0, len(job_ids), _AT_ONCE):
        found += index.ask(ListAttempts(job_ids=job_ids[start : start + _AT_ONCE])).items
    return found


def milliseconds(instant: str | None) -> int | None:
    """A time of index's answer (RFC 3339) as Unix milliseconds."""
    return None if instant is None else round(datetime.fromisoformat(instant).timestamp() * 1000)
