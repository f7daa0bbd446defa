"""Runs of schedules in PostgreSQL: one row for each schedule and fire time is what makes it run once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from winnow_contracts.errors import WinnowError
from winnow_index.database import Database, Transaction
from winnow_index.schedules.schedule import RunInHand, Schedule
from winnow_journal.codec import encode

LEASE_SECONDS = 60.0
"""So long after a node's last word its run is another's."""


class ScheduleRuns:
    """Claims and ends runs for one node. Leases count by the database's clock, so nodes' clocks may differ.

    All methods raise Unavailable and TimedOut.
    """

    def __init__(self, database: Database, *, node: str, zone: ZoneInfo, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._node = node
        self._zone = zone
        self.lease_seconds = lease_seconds
        self._lease_ms = round(lease_seconds * 1000)

    def claim(self, schedule: Schedule, fire_ms: int) -> RunInHand | None:
        """Take the run of this fire; None if another node has it, or if an earlier run has not ended.

        The latter is recorded as skipped, and the fires that nobody was there for as missed.
        """
        asked: dict[str, Any] = {"schedule": schedule.name, "fire_ms": fire_ms, "node": self._node}
        with self._database.transaction() as transaction:
            lease = {"attempts_left": schedule.attempts - 1, "lease_ms": self._lease_ms}
            claimed = transaction.run("claim_fire", {**asked, **lease})
            if claimed or transaction.run("skip_fire", asked):
                self._note_missed(transaction, schedule, fire_ms)
        return RunInHand(**asked, attempts_left=schedule.attempts - 1) if claimed else None

    def take_over(self, names: Sequence[str]) -> list[RunInHand]:
        """Take the runs of these schedules that wait: asked for, to be tried again, or of a node that is gone.

        Of the latter, those without an attempt left are recorded as failed.
        """
        with self._database.transaction() as transaction:
            transaction.run("fail_lapsed_runs", {"names": list(names)})
            asked = {"names": list(names), "node": self._node, "lease_ms": self._lease_ms}
            return [RunInHand(**row) for row in transaction.rows("take_over_runs", asked)]

    def renew(self, run: RunInHand) -> None:
        """Prolong the lease of a run in hand. One that another took over stays the other's."""
        with self._database.transaction() as transaction:
            transaction.run("lease_run", {**asdict(run), "lease_ms": self._lease_ms, "given_back": 0, "detail": "{}"})

    def done(self, run: RunInHand, detail: Mapping[str, Any]) -> bool:
        """Record what the run brought. False if it was taken over meanwhile, or its row is gone."""
        return self._end(run, "done", detail)

    def failed(self, run: RunInHand, error: WinnowError, *, again_seconds: float) -> bool:
        """Record an error. A temporary one ends the run only if no attempt is left; else any node tries again.

        False if it was taken over meanwhile.
        """
        detail = {"error": error.detail}
        if error.retryable and run.attempts_left:
            return self._leave(run, again_seconds=again_seconds, given_back=0, detail=detail)
        return self._end(run, "failed", detail)

    def give_back(self, run: RunInHand) -> bool:
        """Leave a run that was interrupted to the next node, at no cost of an attempt."""
        return self._leave(run, again_seconds=0, given_back=1, detail={})

    def _end(self, run: RunInHand, outcome: str, detail: Mapping[str, Any]) -> bool:
        told = {"outcome": outcome, "detail": encode(detail).decode()}
        with self._database.transaction() as transaction:
            return bool(transaction.run("end_run", {**asdict(run), **told}))

    def _leave(self, run: RunInHand, *, again_seconds: float, given_back: int, detail: Mapping[str, Any]) -> bool:
        told = {"lease_ms": round(again_seconds * 1000), "given_back": given_back, "detail": encode(detail).decode()}
        with self._database.transaction() as transaction:
            return bool(transaction.run("lease_run", {**asdict(run), **told}))

    def _note_missed(self, transaction: Transaction, schedule: Schedule, fire_ms: int) -> None:
        """Record the fires between the last one that is known and this one, in one row."""
        last = transaction.row("read_last_fire", {"schedule": schedule.name, "before_ms": fire_ms})
        if last is None:
            return
        first_missed_ms = schedule.next_ms(self._zone, last["until_ms"])
        if first_missed_ms < fire_ms:
            detail = {"until_ms": schedule.latest_ms(self._zone, fire_ms - 1)}
            missed = {"schedule": schedule.name, "fire_ms": first_missed_ms, "detail": encode(detail).decode()}
            transaction.run("note_missed_fires", missed)
