"""Passes live events to this process's event streams. Events may be lost; nothing depends on them."""

import math
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

from winnow_chassis.broker.watched_jobs import ANNOUNCED_EVERY_SECONDS
from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.stages import FETCH_STAGES, PHOTO_STAGES, RECORDING_STAGES

_JOBS_KEPT = 2_000
_STAGES = {**FETCH_STAGES, **RECORDING_STAGES, **PHOTO_STAGES}
_RANK = {"waiting": 0, "running": 1, "retrying": 1, "done": 2, "failed": 2, "cancelled": 2}


class LiveBoard:
    """The recent live events of each job that is looked at. ``heard`` is the listener's callback. Safe for threads.

    Nodes tell live events only of what somebody watches: ``announce`` is called with each open job that is looked at,
    and with each tenant whose jobs are followed, and again while that goes on.
    """

    def __init__(self, announce: Callable[[str], None] = lambda job_id: None) -> None:
        self._announce = announce
        self._listeners: list[Callable[[str | None], None]] = []
        self._hearers: list[Callable[[TaskEvent], None]] = []
        self._announced: OrderedDict[str, float] = OrderedDict()
        self._stages: OrderedDict[str, dict[str, dict[str, Any]]] = OrderedDict()
        self._versions: Counter[str] = Counter()
        self._lock = threading.RLock()  # a signal to stop may come while it is held
        self.stopped = False

    def heard(self, event: TaskEvent) -> None:
        """Records an event of a job that is looked at, and wakes the streams that wait for it."""
        stage = _STAGES.get(event.actor)
        if stage is None:
            return
        with self._lock:
            # A followed tenant may have more jobs under way than are kept, and somebody looks at few of them.
            if event.job_id in self._announced:
                self._note(event, stage)
        self._tell(event.job_id)
        for hearer in self._hearers:
            hearer(event)

    def on_event(self, hearer: Callable[[TaskEvent], None]) -> None:
        """Calls ``hearer`` with each event of a stage, in other threads; it must not wait."""
        self._hearers.append(hearer)

    def on_change(self, listener: Callable[[str | None], None]) -> None:
        """Calls ``listener`` with a job after each event of it, and with None once the board has stopped.

        It is called in other threads, and must not wait.
        """
        self._listeners.append(listener)

    def overlay(self, view: dict[str, Any]) -> dict[str, Any]:
        """Returns the job with live progress of its stages where that is ahead of index."""
        if view["status"] not in ("queued", "running"):
            return view
        self.watch(view["id"])
        with self._lock:
            noted = dict(self._stages.get(view["id"], {}))
        if not noted:
            return view
        stages = [_further(stage, noted.get(stage["name"]), view["run"]) for stage in view["stages"]]
        begun = any(stage["status"] != "waiting" for stage in stages)
        return {**view, "stages": stages, "status": "running" if begun else view["status"]}

    def version(self, job_id: str) -> int:
        """Returns a number that rises with every event of the job. Whoever asks is about to wait for one."""
        self.watch(job_id)
        with self._lock:
            return self._versions[job_id]

    def watch(self, name: str) -> None:
        """Says now and then that somebody wants the live events of a job, or of a tenant's jobs."""
        now = time.monotonic()
        with self._lock:
            if self._announced.get(name, -math.inf) > now - ANNOUNCED_EVERY_SECONDS:
                return
            self._announced[name] = now
            self._announced.move_to_end(name)
            while len(self._announced) > _JOBS_KEPT:
                self._announced.popitem(last=False)
        self._announce(name)

    def stop(self) -> None:
        """Ends every waiting stream, for shutdown."""
        with self._lock:
            self.stopped = True
        self._tell(None)

    def _note(self, event: TaskEvent, stage: str) -> None:
        noted = self._stages.setdefault(event.job_id, {})
        self._stages.move_to_end(event.job_id)
        match event.kind:
            case EventKind.STARTED:
                noted[stage] = {"run": event.run, "status": "running", "progress": None}
            case EventKind.PROGRESS:
                noted[stage] = {"run": event.run, "status": "running", **_progress(event)}
            case EventKind.COMPLETED:
                noted[stage] = {"run": event.run, "status": "done", "ms": event.detail.get("duration_ms")}
            case _:
                # Index decides what a retry, death or cancellation means. The streams wake up to ask index.
                noted.pop(stage, None)
        self._versions[event.job_id] += 1
        while len(self._stages) > _JOBS_KEPT:
            self._versions.pop(self._stages.popitem(last=False)[0], None)

    def _tell(self, job_id: str | None) -> None:
        for listener in self._listeners:
            listener(job_id)


def _progress(event: TaskEvent) -> dict[str, Any]:
    detail = event.detail
    return {
        "progress": detail.get("done"),
        "heard_seconds": detail.get("heard_seconds"),
        "of_seconds": detail.get("of_seconds"),
    }


def _further(stage: dict[str, Any], noted: dict[str, Any] | None, run: int) -> dict[str, Any]:
    if noted is None or noted["run"] != run or _RANK[noted["status"]] < _RANK[stage["status"]]:
        return stage
    if stage["status"] in ("retrying", "done", "failed", "cancelled"):
        return stage
    return {**stage, **{name: value for name, value in noted.items() if name != "run" and value is not None}}
