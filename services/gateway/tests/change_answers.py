"""Index as far as jobs' changes go: it tells each once, after a position, as the JSON of the contract's dataclasses."""

import threading
from dataclasses import dataclass, field
from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.job_changes import JobChange, JobChanges, Position
from winnow_contracts.json_codec import to_json

from .index_answers import JOB_ID, MEDIA_ID

ROUTE = "/internal/v1/job-changes"


@dataclass
class KeptChanges:
    """What changed, by tenant. Each change has a transaction of its own; ``page`` of them are told at a time."""

    page: int = 500
    forgotten: int = 0
    """The last transaction of which nothing is kept."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    _kept: list[tuple[str, JobChange]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, status: str, *, tenant_id: str = "default", stage: str | None = None, job_id: str = JOB_ID) -> str:
        """A job becomes this; returns the position."""
        with self._lock:
            position = str(Position(at_ms=now_ms(), transaction=len(self._kept) + 10, number=1))
            change = JobChange(
                position=position,
                job_id=job_id,
                media_id=MEDIA_ID,
                run=1,
                status=status,
                stage=stage,
                at="2026-11-21T04:00:00.000Z",
            )
            self._kept.append((tenant_id, change))
        return position

    def __call__(self, asked: dict[str, Any]) -> Any:
        with self._lock:
            self.asked.append(asked)
            now = str(Position(at_ms=now_ms(), transaction=len(self._kept) + 10))
            if "after" not in asked:
                return to_json(JobChanges(items=(), position=now))
            after = Position.read(asked["after"])
            if after.transaction < self.forgotten:
                return to_json(JobChanges(items=(), position=now, reset=True))
            mine = [one for tenant, one in self._kept if tenant == asked["tenant_id"]]
            later = [one for one in mine if Position.read(one.position).order > after.order]
            items = tuple(later[: self.page])
            more = len(later) > self.page
            return to_json(JobChanges(items=items, position=items[-1].position if more else now, more=more))
