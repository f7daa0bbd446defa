"""After a power cut a journal is as at its last durable commit, or slightly later, or it is renamed as corrupt."""

import random

import pytest

from winnow_contracts.commands import DrillAi, DrillMedia
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import JobAccepted
from winnow_contracts.states import Outcome, TaskState
from winnow_journal import database
from winnow_journal.journal import SqliteJournal
from winnow_journal.testing.content import sqlite_content
from winnow_journal.testing.power_loss import Disk
from winnow_journal.values import AttemptResult, DeliveryContext, Run

SEEDS = range(12)
ACCEPTED = JobAccepted(
    kind="drill", title="", filename="", content_type="", size_bytes=1, original_key="k", created_ms=1
)


def envelope(number, command=DrillMedia):
    return Envelope(
        command=command(tenant_id="drill", job_id=f"job_{number}", media_id="m", misbehave="x" * 500),
        created_ms=now_ms(),
    )


def ending(state, **fields):
    outcome = Outcome.COMPLETED if state is TaskState.COMPLETED else Outcome.FAILED
    return AttemptResult(state=state, outcome=outcome, **fields)


class Work:
    """A journal in use as by a node, and what it has promised: ``ended`` holds the durable ends."""

    def __init__(self, folder, chance):
        self.journal = SqliteJournal(folder, "n")
        self.disk = Disk(self.journal.path)
        self.disk.note(durable=True)
        self.chance = chance
        self.ended, self.accepted, self.number = {}, set(), 0

    def go_on(self, steps):
        for _ in range(steps):
            self.number += 1
            wanted = envelope(self.number)
            if self.chance.random() < 0.5:
                self.journal.accept(wanted, ACCEPTED)
                self.accepted.add(wanted.task_id)
                self.disk.note(durable=True)
            claim = self.journal.claim(wanted, DeliveryContext())
            self.disk.note(durable=False)
            assert isinstance(claim, Run)
            if self.chance.random() < 0.7:
                state = self.chance.choice((TaskState.COMPLETED, TaskState.DEAD, TaskState.RETRY_WAIT))
                children = (envelope(self.number, DrillAi),) if state is TaskState.COMPLETED else ()
                gate = self.journal.finish(wanted, claim.attempt_id, ending(state, children=children))
                self.disk.note(durable=True)
                self.ended[wanted.task_id] = (state, len(gate))
            if self.chance.random() < 0.2:
                self.journal.confirm(self.journal.unconfirmed(100))
                self.disk.note(durable=False)


@pytest.fixture(params=[1000, 3], ids=["log", "checkpoints"])
def work(request, monkeypatch, tmp_path):
    """Work on a journal, with many checkpoints or none."""
    monkeypatch.setitem(database._PRAGMAS, "wal_autocheckpoint", request.param)
    begun = []

    def begin(seed):
        begun.append(Work(tmp_path / f"work-{seed}", random.Random(seed)))
        return begun[-1]

    yield begin
    for one in begun:
        one.journal.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_durable_end_and_acceptance_is_there_after_a_power_cut(work, tmp_path, seed, caplog):
    working = work(seed)
    for cut in range(6):
        working.go_on(working.chance.randint(1, 8))
        left = working.disk.cut(tmp_path / f"cut-{seed}-{cut}", working.chance)
        heir = SqliteJournal(left.parent, "n")
        assert heir.journal_id == working.journal.journal_id
        content = sqlite_content(left)
        for task_id, (state, follow_ups) in working.ended.items():
            assert content.tasks[task_id].state is state
            assert sum(row.origin == task_id and row.envelope is not None for row in content.rows) == (
                follow_ups if state is not TaskState.DEAD else 0
            )
        assert working.accepted <= {row.envelope.task_id for row in content.rows if row.envelope}
        heir.close()
    assert "corrupt" not in caplog.text


def test_the_disk_of_these_tests_does_lose_what_was_not_durable(tmp_path):
    working = Work(tmp_path / "work", random.Random(0))
    before = sqlite_content(working.journal.path)
    working.journal.claim(envelope(1), DeliveryContext())
    working.disk.note(durable=False)
    found = [sqlite_content(working.disk.cut(tmp_path / f"cut-{seed}", random.Random(seed))) for seed in range(100)]
    assert before in found
    assert sqlite_content(working.journal.path) in found
    working.journal.close()


@pytest.mark.parametrize("accepted_before", [False, True])
def test_numbers_that_were_shipped_and_lost_with_the_power_are_not_used_again(work, tmp_path, accepted_before):
    working = work(0)
    if accepted_before:
        working.journal.accept(envelope(0), ACCEPTED)
        working.disk.note(durable=True)
    working.journal.claim(envelope(1), DeliveryContext())
    working.disk.note(durable=False)
    shipped = {one.seq for one in working.journal.events_after(0, 100)}
    for seed in range(20):
        left = working.disk.cut(tmp_path / f"cut-{seed}", random.Random(seed))
        heir = SqliteJournal(left.parent, "n")
        known = {one.seq for one in heir.events_after(0, 100)}
        heir.accept(envelope(2), ACCEPTED)
        fresh = {one.seq for one in heir.events_after(0, 100)} - known
        assert not fresh & shipped
        heir.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_disk_that_damages_what_was_safe_costs_the_file_but_not_the_start(work, tmp_path, seed):
    """A broken disk, not a power cut: noise in pages, where the order of their rows is kept."""
    working = work(seed)
    working.go_on(10)
    left = working.disk.cut(tmp_path / "left", working.chance)
    damaged = bytearray(left.read_bytes())
    for page in range(0, len(damaged), 4096):
        if working.chance.random() < 0.3:
            damaged[page : page + 200] = working.chance.randbytes(200)
    left.write_bytes(damaged)
    heir = SqliteJournal(left.parent, "n")
    dead_letter = list(left.parent.glob("journal.corrupt-*"))
    assert (heir.journal_id == working.journal.journal_id) == (not dead_letter)
    rows = heir.accept(envelope(0), ACCEPTED)
    assert rows[0] in heir.unconfirmed(1_000)
    heir.close()
