"""A journal's log is folded from outside, beside a living node and without one."""

import sqlite3
import threading

import pytest

from winnow_contracts.errors import NotFound
from winnow_journal.inspect import checkpoint as module
from winnow_journal.inspect.checkpoint import checkpoint
from winnow_journal.inspect.verify import verify
from winnow_journal.integrity import mark
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import DeliveryContext, JournalUnusable


@pytest.fixture
def journal(tmp_path):
    made = SqliteJournal(tmp_path, "media")
    yield made
    made.close()


def test_the_log_of_a_living_journal_is_folded_and_its_node_goes_on(journal, tmp_path, examine):
    journal.claim(examine("job_1"), DeliveryContext())
    before_bytes = journal.wal_bytes()
    folded = checkpoint(tmp_path)
    assert (folded.wal_bytes_before, folded.wal_bytes_after) == (before_bytes, 0)
    assert before_bytes > 0
    journal.claim(examine("job_2"), DeliveryContext())
    assert journal.wal_bytes() > 0
    assert journal.read("SELECT count(*) FROM task_wal") == [(2,)]
    assert verify(tmp_path) == ()


def test_nothing_is_lost_while_a_node_writes_beside_it(journal, tmp_path, examine):
    def work():
        for number in range(50):
            journal.claim(examine(f"job_{number}"), DeliveryContext())

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        checkpoint(tmp_path)
    thread.join()
    assert journal.read("SELECT count(*) FROM task_wal") == [(50,)]
    assert verify(tmp_path) == ()


def test_the_log_that_a_killed_node_left_is_gone_afterwards(journal, tmp_path, examine):
    journal.claim(examine("job_1"), DeliveryContext())
    left = tmp_path / "left"
    left.mkdir()
    for name in ("journal.db", "journal.db-wal"):
        (left / name).write_bytes((tmp_path / name).read_bytes())
    folded = checkpoint(left)
    assert folded.wal_bytes_before > folded.wal_bytes_after == 0
    connection = sqlite3.connect(left / "journal.db")
    assert connection.execute("SELECT count(*) FROM task_wal").fetchone() == (1,)
    connection.close()


def test_a_log_that_somebody_keeps_reading_is_not_folded_and_that_is_said(journal, tmp_path, examine, monkeypatch):
    monkeypatch.setattr(module, "_WAITS_SECONDS", 0.1)
    reader = sqlite3.connect(tmp_path / "journal.db")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM task_wal").fetchall()
    journal.claim(examine("job_1"), DeliveryContext())
    with pytest.raises(JournalUnusable, match="try again"):
        checkpoint(tmp_path)
    reader.close()
    assert checkpoint(tmp_path).wal_bytes_after == 0


def test_a_damaged_journal_and_a_folder_without_one_are_refused(journal, tmp_path):
    with pytest.raises(NotFound):
        checkpoint(tmp_path / "none")
    mark(tmp_path / "journal.db", "broken")
    with pytest.raises(JournalUnusable, match="damaged"):
        checkpoint(tmp_path)
