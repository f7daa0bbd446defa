"""The figures of a journal: what waits in it, right after a restart too."""

import pytest

from winnow_contracts.commands import Examine
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import JobAccepted
from winnow_journal.journal import SqliteJournal
from winnow_journal.journal_figures import JournalCounter

ACCEPTED = JobAccepted(
    kind="recording", title="", filename="", content_type="", size_bytes=1, original_key="k", created_ms=1
)


class SetClock:
    def __init__(self):
        self.at_ms = 1_000_000

    def __call__(self):
        return self.at_ms


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def journal(tmp_path, clock):
    made = SqliteJournal(tmp_path, "n", clock=clock)
    yield made
    made.close()


def envelope(job):
    command = Examine(tenant_id="t", job_id=job, media_id="m", original_key="k", filename="f", size_bytes=1)
    return Envelope(command=command, created_ms=1)


def accept(journal, *jobs):
    """Accept jobs: each is one command and two events."""
    for job in jobs:
        journal.accept(envelope(job), ACCEPTED)


def last_seq(journal):
    return journal.events_after(0, 10_000)[-1].seq


def test_an_empty_journal_waits_for_nothing(journal, clock):
    figures = JournalCounter(journal, clock).figures()
    assert (figures.pending, figures.oldest_pending_ms, figures.unapplied, figures.oldest_unapplied_ms) == (0, 0, 0, 0)
    assert figures.journal_id == journal.journal_id
    assert figures.used_bytes > 0
    assert figures.free_disk_bytes > 0


def test_what_waits_is_counted_with_the_age_of_the_oldest(journal, clock):
    counter = JournalCounter(journal, clock)
    accept(journal, "a")
    clock.at_ms += 5_000
    accept(journal, "b")
    figures = counter.figures()
    assert (figures.pending, figures.oldest_pending_ms) == (2, 5_000)
    assert (figures.unapplied, figures.oldest_unapplied_ms) == (4, 5_000)


def test_each_reading_adds_what_came_and_takes_away_what_index_applied(journal, clock):
    counter = JournalCounter(journal, clock)
    accept(journal, "a")
    assert counter.figures().unapplied == 2
    accept(journal, "b", "c")
    assert counter.figures().unapplied == 6
    assert counter.figures().unapplied == 6
    applied = journal.events_after(0, 100)[2].seq
    journal.applied(applied, applied)
    assert counter.figures().unapplied == 3
    journal.applied(last_seq(journal), last_seq(journal))
    assert (counter.figures().unapplied, counter.figures().oldest_unapplied_ms) == (0, 0)


def test_the_numbers_that_a_restart_skips_are_no_events(tmp_path, clock):
    first = SqliteJournal(tmp_path, "n", clock=clock)
    accept(first, "a")
    first.applied(last_seq(first), last_seq(first))
    first.close()
    again = SqliteJournal(tmp_path, "n", clock=clock)
    accept(again, "b")
    assert JournalCounter(again, clock).figures().unapplied == 2
    again.close()


def test_more_pending_commands_than_the_relay_reads_at_once_are_all_counted(journal, clock):
    journal.accept_all([(envelope(str(number)), ACCEPTED) for number in range(2_500)])
    assert JournalCounter(journal, clock).figures().pending == 2_500


def test_the_log_is_measured_as_it_is_now(journal, clock):
    counter = JournalCounter(journal, clock)
    accept(journal, "a")
    assert counter.figures().wal_bytes > 0
    journal.checkpoint()
    assert counter.figures().wal_bytes == 0
