"""Files of every earlier schema are brought to this one; a file that only a newer version can read is left alone."""

import hashlib
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from winnow_contracts.errors import Misconfigured, Unavailable
from winnow_journal import migrations
from winnow_journal.database import open_database
from winnow_journal.inspect.adopt import adopt
from winnow_journal.inspect.verify import verify
from winnow_journal.inspect.view import open_view
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import JournalUnusable

OPEN = """
import pathlib, sys
from winnow_journal.journal import SqliteJournal
SqliteJournal(pathlib.Path(sys.argv[1]), "n", exclusive=False).close()
"""


@contextmanager
def opened(path):
    """The file, opened beside a journal that is closed. Changes are committed."""
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def meta(path):
    with opened(path) as file:
        return dict(file.execute("SELECT name, value FROM journal_meta"))


def columns(path):
    """The columns of each table, whatever their order: a column that was added later comes last."""
    with opened(path) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: sorted(row[1:5] for row in file.execute(f"PRAGMA table_info({table})")) for table in tables}


def content(path):
    with opened(path) as file:
        return list(file.iterdump())


@pytest.fixture
def newer(tmp_path):
    """A journal that only a newer version can read: it dropped an index, and renamed a column that another needs."""
    SqliteJournal(tmp_path, "n").close()
    path = tmp_path / "journal.db"
    with opened(path) as file:
        file.execute("DROP INDEX outbox_accepted")
        file.execute("DROP INDEX outbox_job")
        file.execute("ALTER TABLE outbox RENAME COLUMN job_id TO job")
        file.execute("UPDATE journal_meta SET value = '99' WHERE name IN ('schema_version', 'readable_from')")
    return path


@pytest.fixture
def file(tmp_path):
    """A journal of the first version, before anything was added; it has a task."""
    SqliteJournal(tmp_path, "n").close()
    path = tmp_path / "journal.db"
    with opened(path) as file:
        file.execute("ALTER TABLE task_wal DROP COLUMN alone")
        file.execute("ALTER TABLE task_wal DROP COLUMN deaths_alone")
        file.execute("ALTER TABLE outbox DROP COLUMN again")
        file.execute("DROP TABLE sync_failure")
        file.execute("UPDATE journal_meta SET value = '1' WHERE name = 'schema_version'")
        file.execute("DELETE FROM journal_meta WHERE name = 'readable_from'")
    return path


def test_a_fresh_file_has_the_newest_version(tmp_path):
    SqliteJournal(tmp_path, "n").close()
    assert meta(tmp_path / "journal.db")["schema_version"] == str(migrations.NEWEST)


def test_a_fresh_file_is_made_whole_and_no_step_runs_on_it(tmp_path, monkeypatch):
    monkeypatch.setitem(migrations.STEPS, 2, lambda execute: pytest.fail("a step ran on a fresh file"))
    SqliteJournal(tmp_path, "n").close()


def test_a_file_that_the_steps_brought_up_has_what_a_fresh_file_has(file, tmp_path):
    open_database(file)
    open_database(tmp_path / "fresh" / "journal.db")
    assert columns(file) == columns(tmp_path / "fresh" / "journal.db")


def test_a_file_whose_first_process_died_before_the_schema_was_whole_is_completed(tmp_path):
    path = tmp_path / "journal.db"
    with opened(path) as file:
        file.execute("CREATE TABLE journal_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
    open_database(path)
    open_database(tmp_path / "fresh" / "journal.db")
    assert columns(path) == columns(tmp_path / "fresh" / "journal.db")


def test_a_file_of_the_first_version_gets_what_was_added_since_and_works(file, examine):
    journal = SqliteJournal(file.parent, "n")
    assert journal.submit(examine())
    journal.close()
    assert meta(file)["schema_version"] == str(migrations.NEWEST)


def test_a_late_file_of_the_first_version_is_only_given_its_number(tmp_path):
    SqliteJournal(tmp_path, "n").close()
    with opened(tmp_path / "journal.db") as file:
        file.execute("UPDATE journal_meta SET value = '1' WHERE name = 'schema_version'")
    SqliteJournal(tmp_path, "n").close()
    assert meta(tmp_path / "journal.db")["schema_version"] == str(migrations.NEWEST)


def test_processes_that_open_an_old_file_at_once_bring_it_up_once(file):
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(open_database, [file] * 4))
    assert meta(file)["schema_version"] == str(migrations.NEWEST)


def test_two_processes_that_open_an_old_file_at_once_share_one_journal(file):
    journal_id = meta(file)["journal_id"]
    command = [sys.executable, "-c", OPEN, str(file.parent)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    endings = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
    assert endings == [("", 0)] * 2
    assert (meta(file)["schema_version"], meta(file)["journal_id"]) == (str(migrations.NEWEST), journal_id)
    assert not list(file.parent.glob("*corrupt*"))


def test_a_step_that_fails_leaves_the_file_as_it_was(file, monkeypatch):
    def fail(execute):
        execute("ALTER TABLE task_wal ADD COLUMN half INTEGER")
        raise ZeroDivisionError

    monkeypatch.setitem(migrations.STEPS, 2, fail)
    with pytest.raises(ZeroDivisionError):
        open_database(file)
    with opened(file) as found:
        assert "half" not in {name for _, name, *_ in found.execute("PRAGMA table_info(task_wal)")}
    assert meta(file)["schema_version"] == "1"


def test_a_newer_file_that_this_version_can_still_read_is_opened(tmp_path, examine):
    SqliteJournal(tmp_path, "n").close()
    with opened(tmp_path / "journal.db") as file:
        file.execute("UPDATE journal_meta SET value = '99' WHERE name = 'schema_version'")
    journal = SqliteJournal(tmp_path, "n")
    assert journal.submit(examine())
    journal.close()
    assert meta(tmp_path / "journal.db")["schema_version"] == "99"


def test_a_file_that_only_a_newer_version_can_read_is_refused_and_neither_changed_nor_set_aside(tmp_path):
    SqliteJournal(tmp_path, "n").close()
    path = tmp_path / "journal.db"
    with opened(path) as file:
        file.execute("UPDATE journal_meta SET value = '99' WHERE name IN ('schema_version', 'readable_from')")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(Misconfigured, match="newer version"):
        SqliteJournal(tmp_path, "n")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert not list(tmp_path.glob("*corrupt*"))


def test_a_newer_file_with_another_schema_is_refused_before_anything_is_written(newer):
    before = content(newer)
    with pytest.raises(Misconfigured, match="newer version") as refusal:
        SqliteJournal(newer.parent, "n")
    assert "newer version" in refusal.value.hint
    assert content(newer) == before
    assert not list(newer.parent.glob("*corrupt*"))


def test_a_newer_file_is_neither_looked_into_nor_adopted_by_this_version(newer):
    before = content(newer)
    with pytest.raises(JournalUnusable, match="newer version"), open_view(newer.parent):
        pytest.fail("it was looked into")
    with pytest.raises((JournalUnusable, Unavailable), match="newer version"):
        adopt(newer.parent, resend=True)
    assert content(newer) == before


def test_verify_says_of_a_newer_file_that_the_newer_version_must_look_at_it(newer):
    (sentence,) = verify(newer.parent)
    assert "newer version" in sentence
