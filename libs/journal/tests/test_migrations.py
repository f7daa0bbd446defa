"""Files of every earlier schema are brought to this one; a file that only a newer version can read is left alone."""

import hashlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from winnow_contracts.errors import Misconfigured
from winnow_journal import migrations
from winnow_journal.database import open_database
from winnow_journal.journal import SqliteJournal


@contextmanager
def opened(path):
    """The file, opened beside a journal that is closed. Changes are committed."""
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def meta(path):
    with opened(path) as file:
        return dict(file.execute("SELECT name, value FROM journal_meta"))


@pytest.fixture
def file(tmp_path):
    """A journal of the first version, before anything was added; it has a task."""
    SqliteJournal(tmp_path, "n").close()
    path = tmp_path / "journal.db"
    with opened(path) as file:
        file.execute("ALTER TABLE task_wal DROP COLUMN alone")
        file.execute("ALTER TABLE task_wal DROP COLUMN deaths_alone")
        file.execute("ALTER TABLE outbox DROP COLUMN again")
        file.execute("UPDATE journal_meta SET value = '1' WHERE name = 'schema_version'")
        file.execute("DELETE FROM journal_meta WHERE name = 'readable_from'")
    return path


def test_a_fresh_file_has_the_newest_version(tmp_path):
    SqliteJournal(tmp_path, "n").close()
    assert meta(tmp_path / "journal.db")["schema_version"] == str(migrations.NEWEST)


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
