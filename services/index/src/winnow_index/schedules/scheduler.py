"""Runs what is due: the background part of every index worker that claims fires and works at them."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from winnow_base.background import BackgroundLoop, start_thread
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import WinnowError
from winnow_index.schedules.runs import ScheduleRuns
from winnow_index.schedules.schedule import RunInHand, Schedule

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 5.0
_AFTER_ERROR_SECONDS = 5.0
_AGAIN_SECONDS = 60.0
_STOP_SECONDS = 15.0

Work = Callable[[threading.Event, int], Mapping[str, Any]]
"""What a schedule does: it gets the event that asks it to end early and the run's fire time in Unix milliseconds, and
returns what it did, as the JSON of the run's history. It may raise WinnowError; a temporary one is tried again."""


class Scheduler:
    """Claims each fire for the fleet and runs its work in a thread of its own, so that none waits for another.

    It begins once ``ready``. A fire that came while no worker ran is made up for once, at the start.
    """

    def __init__(
        self,
        runs: ScheduleRuns,
        works: Mapping[Schedule, Work],
        *,
        zone: ZoneInfo,
        ready: Callable[[], bool] = lambda: True,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._runs = runs
        self._works = {schedule.name: work for schedule, work in works.items()}
        self._zone = zone
        self._ready = ready
        self._clock = clock
        self._due_ms = dict.fromkeys(works, 0)
        self._look_at = self._renew_at = 0.0
        self._in_hand: dict[str, tuple[RunInHand, threading.Thread]] = {}
        self._loop = BackgroundLoop("scheduler", "starts what is due by the schedules", self._turn)

    def start(self) -> None:
        """Start the loop."""
        self._loop.start()

    def stop(self) -> None:
        """Claim nothing more, and let what runs end or be left to another node."""
        self._loop.stop()
        until = time.monotonic() + _STOP_SECONDS
        for _, thread in self._in_hand.values():
            thread.join(max(0.0, until - time.monotonic()))

    def tick(self) -> None:
        """Start whatever is due now. Raises Unavailable and TimedOut; it is due at the next call then."""
        self._in_hand = {name: held for name, held in self._in_hand.items() if held[1].is_alive()}
        if time.monotonic() >= self._renew_at:
            for run, _ in self._in_hand.values():
                self._runs.renew(run)
            self._renew_at = time.monotonic() + self._runs.lease_seconds / 4
        now = self._clock()
        for schedule, due_ms in self._due_ms.items():
            if now >= due_ms:
                self._begin(self._runs.claim(schedule, schedule.latest_ms(self._zone, now)))
                self._due_ms[schedule] = schedule.next_ms(self._zone, now)
        if time.monotonic() >= self._look_at:
            for run in self._runs.take_over([name for name in self._works if name not in self._in_hand]):
                self._begin(run)
            self._look_at = time.monotonic() + _LOOK_SECONDS

    def _turn(self) -> float:
        if not self._ready():
            return 0.5
        try:
            self.tick()
        except WinnowError as error:
            _LOG.warning("Schedules cannot be looked at now; trying again.", extra={"error": error.detail})
            return _AFTER_ERROR_SECONDS
        return 1.0

    def _begin(self, run: RunInHand | None) -> None:
        if run is None:
            return
        purpose = f"does the work of the schedule {run.schedule}"
        thread = start_thread(f"schedule {run.schedule}", purpose, lambda: self._work(run))
        self._in_hand[run.schedule] = (run, thread)

    def _work(self, run: RunInHand) -> None:
        try:
            kept = self._attempt(run)
        except WinnowError as error:
            _LOG.warning(
                "The end of a schedule's run could not be recorded; another node takes it over.",
                extra={"schedule": run.schedule, "error": error.detail},
            )
        else:
            if not kept:
                _LOG.warning("A schedule's run was taken over before its end.", extra={"schedule": run.schedule})

    def _attempt(self, run: RunInHand) -> bool:
        """Do the work and record its end. False if another node has the run by now."""
        try:
            detail = self._works[run.schedule](self._loop.stopping, run.fire_ms)
        except WinnowError as error:
            _LOG.warning("A schedule's run failed.", extra={"schedule": run.schedule, "error": error.detail})
            return self._runs.failed(run, error, again_seconds=_AGAIN_SECONDS)
        except Exception as bug:
            self._runs.failed(run, WinnowError(f"Unexpected error: {bug!r}"), again_seconds=0)
            raise  # the thread's owner logs it
        if self._loop.stopping.is_set():
            return self._runs.give_back(run)
        return self._runs.done(run, detail)
