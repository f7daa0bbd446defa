"""The SQLite journal's own promises: files, processes, group commit, maintenance."""

import concurrent.futures
import fcntl
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from winnow_contracts.commands import Examine
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import Misconfigured
from winnow_contracts.events import JobAccepted
from winnow_contracts.states import Outcome, TaskState
from winnow_journal import maintenance, outbox_rows, past_tasks
from winnow_journal.journal import SqliteJournal
from winnow_journal.leadership import Leadership
from winnow_journal.values import AttemptResult, DeliveryContext, JournalUnusable, Run

ACCEPTED = JobAccepted(
    kind="recording", title="A", filename="a", content_type="", size_bytes=1, original_key="k", created_ms=7
)


def envelope(job_id):
    command = Examine(tenant_id="t", job_id=job_id, media_id="m", original_key="k", filename="a", size_bytes=1)
    return Envelope(command=command, created_ms=now_ms())


@pytest.fixture
def journal(tmp_path):
    opened = SqliteJournal(tmp_path, "node-1")
    yield opened
    opened.close()


def test_the_file_is_in_wal_mode_and_terminal_commits_are_fsynced(journal):
    seen = []
    journal.write(lambda execute: seen.append(execute("PRAGMA synchronous").fetchone()[0]), durable=True)
    journal.write(lambda execute: seen.append(execute("PRAGMA synchronous").fetchone()[0]), durable=False)
    with sqlite3.connect(journal.path) as other:
        assert other.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    other.close()
    assert seen == [2, 1]  # FULL, NORMAL


def test_what_waits_is_committed_together(tmp_path):
    commits = []
    journal = SqliteJournal(tmp_path, "n", observe_commit=commits.append)
    begun, blocked = threading.Event(), threading.Event()
    before = len(commits)

    def hold_up(execute):
        begun.set()
        return blocked.wait(30)

    with concurrent.futures.ThreadPoolExecutor(33) as pool:
        first = pool.submit(journal.write, hold_up, durable=True)
        assert begun.wait(30)  # from here on nothing can join the running batch
        waiting = [pool.submit(journal.accept, envelope(f"job_{n}"), ACCEPTED) for n in range(32)]
        while len(journal._writer._waiting) < 33:
            time.sleep(0.001)
        blocked.set()
        first.result()
        assert all(future.result() for future in waiting)
    assert len(commits) - before == 2
    journal.close()


def test_an_interrupt_in_the_thread_that_commits_for_others_leaves_none_of_them_waiting(journal):
    begun, blocked = threading.Event(), threading.Event()

    def hold_up(execute):
        begun.set()
        blocked.wait(30)

    def interrupt(execute):
        raise KeyboardInterrupt

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        pool.submit(journal.write, hold_up)
        assert begun.wait(30)
        leading = pool.submit(journal.write, interrupt)
        while len(journal._writer._waiting) < 2:
            time.sleep(0.001)
        following = pool.submit(journal.set_flag, "half", "done")
        while len(journal._writer._waiting) < 3:
            time.sleep(0.001)
        blocked.set()
        assert isinstance(leading.exception(30), KeyboardInterrupt)
        assert isinstance(following.exception(30), JournalUnusable)
    assert journal.flag("half") == ""
    journal.set_flag("after", "works")
    assert journal.flag("after") == "works"


def test_a_write_that_fails_undoes_nothing_of_its_neighbours(journal):
    def fail(execute):
        execute("INSERT INTO journal_meta VALUES ('half', 'done')")
        raise KeyError("mine")

    with pytest.raises(KeyError):
        journal.write(fail)
    journal.set_flag("whole", "yes")
    assert (journal.flag("half"), journal.flag("whole")) == ("", "yes")


def test_a_second_worker_on_the_same_folder_is_refused_with_a_hint(journal, tmp_path):
    with pytest.raises(Misconfigured, match="another living process") as refusal:
        SqliteJournal(tmp_path, "node-2")
    assert "data folder" in refusal.value.hint


ACCEPT_MANY = """
import sys
from pathlib import Path
from winnow_contracts.commands import Examine
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import JobAccepted
from winnow_journal.journal import SqliteJournal

shared, start = SqliteJournal(Path(sys.argv[1]), "gateway", exclusive=False), int(sys.argv[2])
accepted = JobAccepted(
    kind="recording", title="A", filename="a", content_type="", size_bytes=1, original_key="k", created_ms=7
)
for n in range(start, start + 50):
    command = Examine(tenant_id="t", job_id=f"job_{n}", media_id="m", original_key="k", filename="a", size_bytes=1)
    shared.accept(Envelope(command=command, created_ms=now_ms()), accepted)
"""


def test_several_processes_share_the_gateways_journal(tmp_path):
    processes = [
        subprocess.Popen([sys.executable, "-c", ACCEPT_MANY, str(tmp_path), str(start)]) for start in (0, 50, 100)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    heir = SqliteJournal(tmp_path, "gateway", exclusive=False)
    assert len(heir.unconfirmed(1000)) == 150  # all three are dead, so the living process publishes their rows
    heir.close()


def test_rows_of_a_living_process_are_not_taken_over(tmp_path):
    first = SqliteJournal(tmp_path, "gateway", exclusive=False)
    second = SqliteJournal(tmp_path, "gateway", exclusive=False)
    rows = first.accept(envelope("job_1"), ACCEPTED)
    second.recover()
    assert second.unconfirmed(10) == []
    assert first.unconfirmed(10) == list(rows)
    first.close()
    second.recover()
    assert second.unconfirmed(10) == list(rows)
    second.close()


def test_a_corrupt_file_is_set_aside_and_a_fresh_journal_has_a_new_id(tmp_path, caplog):
    first = SqliteJournal(tmp_path, "n")
    old_id = first.journal_id
    first.close()
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"journal.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "journal.db").write_bytes(b"this is not a database, it is a sad story" * 100)
    second = SqliteJournal(tmp_path, "n")
    assert second.journal_id != old_id
    assert [path.name for path in tmp_path.glob("journal.corrupt-*.db")]
    assert "set aside" in caplog.text
    second.close()


def test_a_journal_that_can_not_be_written_says_so(journal):
    journal.write(lambda execute: execute("PRAGMA max_page_count = 1"))
    with pytest.raises(JournalUnusable, match="full"):
        journal.write(lambda execute: execute("INSERT INTO journal_meta VALUES ('big', ?)", ("x" * 500_000,)))


def test_upkeep_forgets_commands_of_ended_jobs_only(journal):
    for job in ("job_open", "job_ended"):
        journal.confirm(journal.accept(envelope(job), ACCEPTED))
    asked = []

    def ended_jobs(job_ids):
        asked.extend(job_ids)
        return {"job_ended": 1}

    assert maintenance.sweep(journal, ended_jobs) == 2
    assert asked == ["job_open", "job_ended"]
    assert journal.jobs_with_kept_commands(10) == ["job_open"]


def test_cleanup_removes_only_what_is_safe_and_old(journal):
    for job in ("job_a", "job_b"):
        claim = journal.claim(envelope(job), DeliveryContext())
        assert isinstance(claim, Run)
        done = AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED)
        journal.finish(envelope(job), claim.attempt_id, done)
    events = journal.events_after(0, 100)
    journal.applied(events[-1].seq, events[1].seq)
    maintenance.clean(journal)
    assert journal.events_after(0, 100) == events  # applied, but young
    later = now_ms() + maintenance.GRACE_MS + 1
    maintenance.clean(journal, clock=lambda: later)
    assert journal.events_after(0, 100) == events[2:]  # index has not applied these
    count = journal.write(lambda execute: execute("SELECT count(*) FROM task_wal").fetchone()[0])
    assert count == 0


def test_a_checkpoint_empties_the_write_ahead_log(journal, tmp_path):
    journal.set_flag("a", "b" * 10_000)
    assert journal.checkpoint() > 0
    assert (tmp_path / "journal.db-wal").stat().st_size == 0


def test_long_open_jobs_keep_no_younger_one_from_being_forgotten(journal):
    for number in range(5):
        journal.confirm(journal.accept(envelope(f"job_{number}"), ACCEPTED))
    assert maintenance.sweep(journal, lambda job_ids: {job: 1 for job in job_ids if job == "job_4"}, batch=2) == 5
    assert journal.jobs_with_kept_commands(10) == ["job_0", "job_1", "job_2", "job_3"]


def test_cleanup_forgets_tasks_that_went_on_elsewhere_but_not_those_that_still_wait(journal):
    for job, delay_ms in (("job_gone", 5_000), ("job_far", 30 * 86_400_000)):
        attempt = journal.claim(envelope(job), DeliveryContext()).attempt_id
        retry = AttemptResult(
            state=TaskState.RETRY_WAIT, outcome=Outcome.FAILED, delay_ms=delay_ms, error={"code": "x"}
        )
        gate = journal.finish(envelope(job), attempt, retry)
        journal.confirm(gate)
        journal.prune_ended({job: 1})
    later = now_ms() + 9 * past_tasks.DAY_MS
    today = later // past_tasks.DAY_MS
    for day in range(today - past_tasks.REMEMBERED_DAYS, today + 1):  # a week of work
        journal.write(
            lambda execute, day=day: execute("INSERT INTO past_task VALUES (?, 'other', 'completed', 0)", (day,))
        )
    maintenance.clean(journal, clock=lambda: later)
    for table in ("task_wal", "retry_queue"):
        rows = journal.write(lambda execute, table=table: execute(f"SELECT task_id FROM {table}").fetchall())
        assert rows == [(envelope("job_far").task_id,)]


def test_a_journal_that_can_not_be_read_says_so(tmp_path):
    journal = SqliteJournal(tmp_path, "n")
    journal.write(lambda execute: execute("DROP TABLE step"))
    with pytest.raises(JournalUnusable, match="read"):
        journal.find_step(envelope("job_1"), "step", "hash")
    journal.close()


def test_after_a_write_that_did_not_fit_the_journal_can_be_written_again(journal):
    size = journal.write(lambda execute: execute("PRAGMA max_page_count").fetchone()[0])
    journal.write(lambda execute: execute("PRAGMA max_page_count = 1"))
    with pytest.raises(JournalUnusable):
        journal.write(lambda execute: execute("INSERT INTO journal_meta VALUES ('big', ?)", ("x" * 500_000,)))
    journal.write(lambda execute: execute(f"PRAGMA max_page_count = {size}"))
    journal.set_flag("again", "yes")
    assert journal.flag("again") == "yes"


def test_a_process_that_begins_is_never_swept_away_as_dead(tmp_path, monkeypatch):
    first = Leadership(tmp_path, "first", exclusive=False)
    lock, swept = fcntl.flock, []

    def sweep_first(file, how):
        if how == fcntl.LOCK_EX:  # between the creation of the new process's owner file and its lock
            swept.append(first.sweep())
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", sweep_first)
    second = Leadership(tmp_path, "second", exclusive=False)
    assert swept
    assert first.alive("second")
    second.close()
    first.close()


def test_a_tenants_accepted_jobs_are_found_without_reading_those_of_others(journal):
    """A list's first page asks for them, and so does every address of something unknown."""
    plan = journal.write(lambda execute: execute(f"EXPLAIN QUERY PLAN {outbox_rows.ACCEPTED_OF}", ("t", 10)).fetchall())
    assert [step[-1].partition(" (")[0] for step in plan] == [
        "SEARCH e USING INDEX outbox_accepted_of",
        "SEARCH q USING INTEGER PRIMARY KEY",
        "SEARCH c USING INDEX outbox_command",
    ]
