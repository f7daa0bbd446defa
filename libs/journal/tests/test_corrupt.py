"""A journal's file that is damaged while a process uses it is detected, no longer used, and renamed."""

import random
import sqlite3
import subprocess
import sys
import time

import pytest

from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import JobAccepted
from winnow_journal.integrity import corrupt_marker
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import JournalCorrupt, JournalUnusable

ACCEPTED = JobAccepted(
    kind="drill", title="", filename="", content_type="", size_bytes=1, original_key="k", created_ms=1
)
JOBS = 3_000
"""About 7 MB: more than SQLite caches, so that a read reaches the disk."""


def envelope(number):
    command = DrillMedia(tenant_id="drill", job_id=f"job_{number}", media_id="m", misbehave="x" * 500)
    return Envelope(command=command, created_ms=now_ms())


@pytest.fixture
def open_journal(tmp_path):
    """A function that opens the journal as another process would; leftover journals are closed afterwards."""
    opened = []

    def begin(**options):
        journal = SqliteJournal(tmp_path, "n", **options)
        opened.append(journal)
        return journal

    def end(journal):
        opened.remove(journal)
        journal.close()

    begin.close = end
    yield begin
    for one in opened:
        one.close()


@pytest.fixture
def big(open_journal):
    """A large journal, all of it in its main file."""
    journal = open_journal(exclusive=False)

    def fill(execute):
        body = "x" * 1_000
        for number in range(JOBS):
            execute(
                "INSERT INTO outbox (kind, topic, job_id, task_id, origin, owner, body, created_ms)"
                " VALUES ('event', 'enqueued', ?, ?, '', '', ?, 1)",
                (f"job_{number}", f"task_{number}", body),
            )
            execute("INSERT INTO sync_log VALUES (1, ?, ?)", (number, number))

    journal.write(fill, durable=True)
    journal.checkpoint()
    return journal


def damage_the_middle(path):
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 4 // 4096 * 4096)
        file.write(random.Random(1).randbytes(size // 2))


def read_all(journal):
    return journal.events_after(0, 10 * JOBS)


def write_all(journal):
    return journal.write(lambda execute: execute("UPDATE outbox SET confirmed_ms = 1 WHERE seq > 0"))


@pytest.mark.parametrize(("use", "how"), [(read_all, "read"), (write_all, "written")])
def test_damage_that_shows_while_a_process_works_is_told_apart_from_a_full_disk(big, use, how):
    damage_the_middle(big.path)
    with pytest.raises(JournalCorrupt, match=f"cannot be {how}.*malformed"):
        use(big)
    assert corrupt_marker(big.path).exists()


def test_a_full_disk_is_no_damage(open_journal):
    journal = open_journal()
    journal.write(lambda execute: execute("PRAGMA max_page_count = 1"))
    with pytest.raises(JournalUnusable, match="full") as caught:
        journal.write(lambda execute: execute("INSERT INTO journal_meta VALUES ('big', ?)", ("x" * 500_000,)))
    assert not isinstance(caught.value, JournalCorrupt)
    assert not corrupt_marker(journal.path).exists()


def test_once_it_was_found_damaged_nothing_more_is_written_even_where_it_would_succeed(big, caplog):
    damage_the_middle(big.path)
    big.set_flag("probe", "written")  # this write does not touch the damage
    with pytest.raises(JournalCorrupt):
        write_all(big)
    for _ in range(2):
        with pytest.raises(JournalCorrupt, match="cannot be trusted"):
            big.set_flag("probe", "written again")
    assert big.flag("probe") == "written"
    told = [record for record in caplog.records if record.levelname == "CRITICAL"]
    assert len(told) == 1, "once is enough"


def test_the_next_process_sets_the_file_aside_with_all_that_belongs_to_it(big, open_journal, tmp_path, caplog):
    old_id = big.journal_id
    damage_the_middle(big.path)
    with pytest.raises(JournalCorrupt):
        read_all(big)
    open_journal.close(big)
    fresh = open_journal(exclusive=False)
    assert fresh.journal_id != old_id
    assert fresh.flag("probe") == ""
    assert "set aside" in caplog.text
    assert not corrupt_marker(fresh.path).exists()
    (kept,) = tmp_path.glob("journal.corrupt-*.db")
    assert corrupt_marker(kept).read_text() == "database disk image is malformed"


def test_damage_that_no_quick_check_finds_is_set_aside_too(open_journal, tmp_path):
    """An index that does not match its table shows when one of its rows is removed.

    A check at opening never finds it.
    """
    first = open_journal()
    for number in range(50):
        first.accept(envelope(number), ACCEPTED)
    open_journal.close(first)
    put_out_of_step(first.path, "outbox_job")
    journal = open_journal()
    assert journal.journal_id == first.journal_id
    with pytest.raises(JournalCorrupt):
        journal.write(lambda execute: execute("DELETE FROM outbox WHERE seq > 0"))
    open_journal.close(journal)
    assert open_journal().journal_id != first.journal_id
    assert len(list(tmp_path.glob("journal.corrupt-*.db"))) == 1


def put_out_of_step(path, index):
    """Change the table without SQLite updating its index."""
    with sqlite3.connect(path) as connection:
        (row,) = connection.execute("SELECT * FROM sqlite_schema WHERE name = ?", (index,))
        connection.execute("PRAGMA writable_schema = 1")
        connection.execute("DELETE FROM sqlite_schema WHERE name = ?", (index,))
    connection.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE outbox SET job_id = 'other'")
        connection.execute("PRAGMA writable_schema = 1")
        connection.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", row)
    connection.close()


def test_a_text_that_is_none_any_more_is_damage(open_journal):
    journal = open_journal()
    journal.set_flag("control", "x" * 20_000)
    journal.write(
        lambda execute: execute("UPDATE journal_meta SET value = CAST(x'ff00fe' AS TEXT) WHERE name = 'control'")
    )
    with pytest.raises(JournalCorrupt, match="UTF-8"):
        journal.flag("control")


@pytest.mark.parametrize("gone", ["removed", "set aside and begun anew"])
def test_a_process_whose_file_was_taken_away_uses_it_no_more(open_journal, tmp_path, gone):
    old = open_journal(exclusive=False)
    old.path.rename(tmp_path / "elsewhere.db")
    if gone != "removed":
        for suffix in ("-wal", "-shm"):
            old.path.with_name(f"journal.db{suffix}").rename(tmp_path / f"elsewhere.db{suffix}")
        fresh = open_journal(exclusive=False)
    with pytest.raises(JournalCorrupt, match="set aside by another"):
        old.accept(envelope(1), ACCEPTED)
    with pytest.raises(JournalCorrupt, match="set aside by another"):
        read_for_seconds(old, 10)
    open_journal.close(old)
    if gone != "removed":
        fresh.accept(envelope(2), ACCEPTED)
        assert fresh.path.with_name("journal.db-wal").exists(), "the old process took the new one's log along"
        assert open_journal(exclusive=False).unconfirmed(10) == []  # the rows belong to the living process
        assert len(fresh.unconfirmed(10)) == 1


def read_for_seconds(journal, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        journal.flag("probe")
        time.sleep(0.05)


OPEN = """
import sys
from pathlib import Path
from winnow_journal.journal import SqliteJournal
journal = SqliteJournal(Path(sys.argv[1]), "gateway", exclusive=False)
print(journal.journal_id, flush=True)
sys.stdin.read()
"""


def test_processes_that_start_together_on_a_damaged_file_begin_one_fresh_journal(tmp_path):
    (tmp_path / "journal.db").write_bytes(b"this is not a database, it is a sad story" * 100)
    started = [
        subprocess.Popen((sys.executable, "-c", OPEN, tmp_path), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    ids = {process.stdout.readline() for process in started}
    for process in started:
        process.communicate()
    assert len(ids) == 1
    assert len(list(tmp_path.glob("journal.corrupt-*.db"))) == 1
