"""Requests about what changes with an account's jobs, in the order in which it became known."""

import re
from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.errors import BadInput
from winnow_contracts.internal_api import HttpRoute, IndexRequest

KEPT_HOURS = 24
"""How far back changes can be told again."""
MOST_CHANGES = 500
_POSITION = re.compile("[0-9]{1,15}-[0-9]{1,18}-[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place among all changes: up to it, everything was told.

    ``transaction`` and ``number`` order changes as PostgreSQL made them visible; ``at_ms`` (Unix milliseconds) says
    whether what follows is kept still.
    """

    at_ms: int
    transaction: int
    number: int = 0

    @classmethod
    def read(cls, text: str) -> "Position":
        """Reads what ``str`` wrote. Raises BadInput."""
        if not _POSITION.fullmatch(text):
            raise BadInput("This is no id of an event.", code="invalid-field")
        at_ms, transaction, number = map(int, text.split("-"))
        return cls(at_ms=at_ms, transaction=transaction, number=number)

    @property
    def order(self) -> tuple[int, int]:
        """What comes later is greater."""
        return self.transaction, self.number

    def __str__(self) -> str:
        return f"{self.at_ms:013d}-{self.transaction}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobChange:
    """A job became ``status`` at ``at`` (RFC 3339 in UTC), in its ``run``. ``position`` is that of the change.

    ``stage`` is where it stands or ended, None if it has not begun, is done, or nobody knows.
    """

    position: str
    job_id: str
    media_id: str
    run: int
    status: str
    stage: str | None
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobChanges:
    """Changes, the oldest first. After ``position`` come those that are not told yet; there are ``more`` already.

    ``reset``: what came after the position that was asked for is kept no more, and ``position`` is that of now.
    """

    items: tuple[JobChange, ...]
    position: str
    more: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListJobChanges(IndexRequest[JobChanges]):
    """Request what changed after a position, ``MOST_CHANGES`` at most; without one, the position of now.

    Refused with ``invalid-field`` for what is no position.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/job-changes")

    tenant_id: str
    after: str | None = None


REQUESTS = (ListJobChanges,)
