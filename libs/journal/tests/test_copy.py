"""A journal is copied as it is at one moment, while its process writes."""

import subprocess
import sys
import threading
import uuid

import pytest

from winnow_contracts.errors import NotFound
from winnow_contracts.events import JobAccepted
from winnow_journal.inspect.copy import copy_journal
from winnow_journal.inspect.verify import verify
from winnow_journal.inspect.view import open_view
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import JournalUnusable

ACCEPTED = JobAccepted(
    kind="drill", title="", filename="", content_type="", size_bytes=1, original_key="k", created_ms=1
)


@pytest.fixture
def journal(tmp_path):
    journal = SqliteJournal(tmp_path / "node" / "journal", "node")
    yield journal
    journal.close()


def test_a_copy_taken_while_the_journal_is_written_is_sound_and_of_one_moment(journal, tmp_path, examine):
    stop = threading.Event()

    def write():
        while not stop.is_set():
            journal.accept(examine(uuid.uuid4().hex), ACCEPTED)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(20):
            copy_journal(tmp_path / "node", tmp_path / str(number) / "journal.db")
    finally:
        stop.set()
        writer.join()
    for number in range(20):
        folder = tmp_path / str(number)
        assert verify(folder) == ()
        assert {path.name for path in folder.iterdir()} == {"journal.db"}
        with open_view(folder) as view:
            assert view.flag("journal_id") == journal.journal_id
            # An acceptance writes two events and a command, all or none.
            assert view.value("SELECT count(*) % 3 FROM outbox") == 0


def test_a_copy_begins_as_the_same_journal_whose_last_process_died(journal, tmp_path, examine):
    envelope = examine()
    journal.accept(envelope, ACCEPTED)
    copy_journal(tmp_path / "node", tmp_path / "other" / "journal" / "journal.db")
    again = SqliteJournal(tmp_path / "other" / "journal", "node")
    try:
        assert again.journal_id == journal.journal_id
        (row,) = again.unconfirmed(10)
        assert row.envelope.task_id == envelope.task_id
    finally:
        again.close()


def test_a_copy_never_gives_the_numbers_that_its_node_gave_after_restarts(tmp_path, examine):
    own, copied = tmp_path / "node" / "journal", tmp_path / "other" / "journal"
    accepted_after_a_start(own, examine)
    copy_journal(own, copied / "journal.db")
    for _ in range(3):
        accepted_after_a_start(own, examine)
    (last,) = numbers(own, "max(seq)")
    accepted_after_a_start(copied, examine)
    assert [number > last for number in numbers(copied, "seq")] == [False] * 3 + [True] * 3


def accepted_after_a_start(folder, examine):
    """Starts a node, which accepts a job, and ends it."""
    journal = SqliteJournal(folder, "node")
    try:
        journal.accept(examine(uuid.uuid4().hex), ACCEPTED)
    finally:
        journal.close()


def numbers(folder, what):
    with open_view(folder) as view:
        return [row["number"] for row in view.rows(f"SELECT {what} AS number FROM outbox ORDER BY 1")]


def test_what_is_no_journal_or_damaged_is_not_copied(journal, tmp_path, examine):
    with pytest.raises(NotFound):
        copy_journal(tmp_path / "nowhere", tmp_path / "copy.db")
    journal.accept(examine(uuid.uuid4().hex), ACCEPTED)
    journal.checkpoint()
    file = tmp_path / "broken" / "journal.db"
    file.parent.mkdir()
    whole = journal.path.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(JournalUnusable):
        copy_journal(file.parent, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_it_is_a_program_too(journal, tmp_path):
    command = (sys.executable, "-m", "winnow_journal.inspect.copy")
    done = subprocess.run(
        (*command, tmp_path / "node", tmp_path / "copy" / "journal.db"), capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert verify(tmp_path / "copy") == ()
    failed = subprocess.run((*command, tmp_path / "none", tmp_path / "x.db"), capture_output=True, text=True)
    assert failed.returncode == 1
    assert "There is no journal in" in failed.stderr
