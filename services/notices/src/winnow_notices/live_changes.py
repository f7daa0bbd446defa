"""What live events say of an account's jobs: which stage begins, and how far it is, in tenths."""

from collections import OrderedDict
from typing import Any

from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.index_api.job_changes import JobChange
from winnow_contracts.stages import FETCH_STAGES, PHOTO_STAGES, RECORDING_STAGES
from winnow_gateway.clients.views import FINAL, instant
from winnow_journal.codec import plain

_STAGES = {**FETCH_STAGES, **RECORDING_STAGES, **PHOTO_STAGES}
_JOBS_KEPT = 2_000
_ENDED = "ended"


class LiveChanges:
    """Makes events of what is news, and drops the rest: repeats, and what comes after a job's end."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[int, str, int]] = OrderedDict()

    def ended(self, change: JobChange) -> None:
        """Index told this: a job that has ended is at no stage any more."""
        if change.status in FINAL:
            self._note(change.job_id, (change.run, _ENDED, 0))

    def heard(self, event: TaskEvent) -> dict[str, Any] | None:
        """The event that tells of it, or None."""
        stage, done = _STAGES[event.actor], event.detail.get("done") if event.kind is EventKind.PROGRESS else None
        seen = (event.run, stage, int((done or 0) * 10))
        last = self._last.get(event.job_id, (0, "", 0))
        if event.kind not in (EventKind.STARTED, EventKind.PROGRESS) or event.run < last[0]:
            return None
        if last[:2] == (event.run, _ENDED) or (last[:2] == seen[:2] and last[2] >= seen[2]):
            return None
        self._note(event.job_id, seen)
        return job_event(
            "progress" if last[:2] == seen[:2] else "stage",
            job_id=event.job_id,
            media_id=event.media_id,
            run=event.run,
            status="running",
            stage=stage,
            progress=done,
            at=instant(event.at_ms),
        )

    def _note(self, job_id: str, seen: tuple[int, str, int]) -> None:
        self._last[job_id] = seen
        self._last.move_to_end(job_id)
        while len(self._last) > _JOBS_KEPT:
            self._last.popitem(last=False)


def job_event(name: str, **fields: Any) -> dict[str, Any]:
    """An event as the API tells it; what is not given is null."""
    names = ("id", "job_id", "media_id", "run", "status", "stage", "progress", "at")
    return {"event": name, **{one: fields.get(one) for one in names}}


def status_event(change: JobChange) -> dict[str, Any]:
    """The event of a job's new status."""
    fields = plain(change)
    return job_event("status", id=fields.pop("position"), **fields)
