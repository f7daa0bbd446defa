"""Puts finished jobs through one journal, with everything that a worker process does to its journal, and no broker."""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from winnow_bench.growth.paced_clock import PacedClock
from winnow_chassis.worker.drill import EffectLedger, drill
from winnow_contracts.commands import DrillAi, DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_contracts.identity import new_job_id
from winnow_contracts.states import Outcome, TaskState
from winnow_contracts.tenants import DRILL_TENANT
from winnow_journal import maintenance
from winnow_journal.journal import SqliteJournal
from winnow_journal.task import Task
from winnow_journal.values import AttemptResult, DeliveryContext, OutboxRow, Run

THREADS = 8
_AT_ONCE = 64
"""Jobs between two shipments of events; with four events each they are what a shipper has by then."""
_EVENTS_A_BATCH = 500
_PRUNE_SECONDS, _ROOM_SECONDS, _CLEAN_SECONDS, _CHECKPOINT_SECONDS = 5, 10, 300, 3_600
_FULL = 0.75
"""When a worker's command pruner and maintenance loop look, and the part of the cap at which rows are given up."""


class JournalWork:
    """One worker's journal in ``folder``, which may hold ``cap_bytes``. Time goes on as if ``per_second`` jobs ended.

    What a broker and index would answer is given at once: a broker holds each command, and index applies each batch of
    events and keeps the commands it tells of. Index knows no job as ended, since each goes on at the next service.
    """

    def __init__(self, folder: Path, *, cap_bytes: int, per_second: int) -> None:
        self._clock = PacedClock(per_second)
        self.journal = SqliteJournal(folder, "media@growth", clock=self._clock)
        self.stops = 0
        """How often a worker would have stopped to consume, because its journal was above the cap."""
        self._cap_bytes = cap_bytes
        self._ledger = EffectLedger(None, self.journal.node)
        self._threads = ThreadPoolExecutor(THREADS)
        self._sent_seq = self.journal.applied_seq
        self._due_ms = dict.fromkeys((self._prune, self._make_room, self._clean, self._checkpoint), self._clock())

    def close(self) -> None:
        """End the threads and close the journal."""
        self._threads.shutdown()
        self.journal.close()

    def run(self, jobs: int) -> None:
        """Put so many jobs through, in small groups, and do what has become due after each."""
        for begin in range(0, jobs, _AT_ONCE):
            group = range(begin, min(begin + _AT_ONCE, jobs))
            rows = list(itertools.chain.from_iterable(self._threads.map(self._job, group)))
            self._clock.pass_jobs(len(group))
            self.journal.confirm(rows)
            self._ship()
            self._maintain()

    def _job(self, _number: int) -> Sequence[OutboxRow]:
        """One task as an executor runs it; returns the rows that the broker is to hold."""
        command = DrillMedia(tenant_id=DRILL_TENANT, job_id=new_job_id(), media_id="", steps=1)
        envelope = Envelope(command=command, created_ms=self._clock())
        claim = self.journal.claim(envelope, DeliveryContext())
        assert isinstance(claim, Run)
        task = Task(envelope, claim.attempt_id, self.journal, node=self.journal.node)
        drill(task, command, then=DrillAi, ledger=self._ledger)
        children = tuple(
            Envelope(command=sent, created_ms=self._clock(), attempt_id=claim.attempt_id) for sent in task.sent
        )
        ending = AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, children=children)
        return self.journal.finish(envelope, claim.attempt_id, ending)

    def _ship(self) -> None:
        while events := self.journal.events_after(self._sent_seq, _EVENTS_A_BATCH):
            self._sent_seq = events[-1].seq
            self.journal.applied(self._sent_seq, self._sent_seq, keeps_commands=True)

    def _maintain(self) -> None:
        # Before the next look a worker may have written more than the cap allows; its own look says so, and so does
        # this one.
        self.stops += self.journal.used_bytes() > self._cap_bytes
        seconds = {
            self._prune: _PRUNE_SECONDS,
            self._make_room: _ROOM_SECONDS,
            self._clean: _CLEAN_SECONDS,
            self._checkpoint: _CHECKPOINT_SECONDS,
        }
        for work, due_ms in self._due_ms.items():
            if self._clock() >= due_ms:
                self._due_ms[work] = self._clock() + seconds[work] * 1000
                work()

    def _prune(self) -> None:
        if self.journal.has_kept_by_index():
            self.journal.prune_kept(self.journal.kept_seq)

    def _make_room(self) -> None:
        self.stops += not maintenance.make_room(self.journal, round(self._cap_bytes * _FULL), clock=self._clock)

    def _clean(self) -> None:
        maintenance.sweep(self.journal, lambda job_ids: {})
        maintenance.clean(self.journal, clock=self._clock)

    def _checkpoint(self) -> None:
        self.journal.checkpoint()
