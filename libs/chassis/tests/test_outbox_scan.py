"""Which rows a reading of the outbox publishes, and which of them as possible duplicates."""

import dataclasses

import pytest

from winnow_chassis.outbox import outbox_scan
from winnow_chassis.outbox.outbox_scan import OutboxScan
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_journal.values import OutboxRow

COMMAND = DrillMedia(tenant_id="t", job_id="job", media_id="med", steps=1)


def rows(*seqs):
    return [OutboxRow(seq=seq, envelope=Envelope(command=COMMAND)) for seq in seqs]


@pytest.fixture
def read():
    scan = OutboxScan()

    def to_publish(found, unsent=(), confirmed=()):
        return {row.seq: row.possible_duplicate for row in scan.to_publish(found, unsent=unsent, confirmed=confirmed)}

    to_publish.scan = scan
    return to_publish


def test_the_first_reading_publishes_all_that_a_dead_process_may_have_published(read):
    assert read(rows(1, 2)) == {1: True, 2: True}


def test_a_row_that_was_just_written_is_left_to_its_writer_for_one_reading(read):
    read([])
    assert read(rows(3)) == {}
    assert read(rows(3)) == {3: True}


def test_a_row_that_never_left_the_process_is_no_duplicate(read):
    read([])
    assert read(rows(3), unsent={3}) == {3: False}


def test_a_reopened_row_is_published_at_once_as_a_duplicate(read):
    read([])
    (row,) = rows(3)
    assert read([dataclasses.replace(row, possible_duplicate=True, generation=1)]) == {3: True}


def test_a_row_whose_confirm_is_about_to_be_recorded_is_left_alone_unless_it_was_reopened_since(read):
    read(rows(3))
    assert read(rows(3), confirmed={(3, 0)}) == {}
    (row,) = rows(3)
    reopened = dataclasses.replace(row, possible_duplicate=True, generation=1)
    assert read([reopened], confirmed={(3, 0)}) == {3: True}


def test_while_more_rows_wait_than_a_reading_returns_none_of_them_is_fresh(read, monkeypatch):
    monkeypatch.setattr(outbox_scan, "READ_AT_ONCE", 2)
    read([])
    assert read(rows(1, 2)) == {1: True, 2: True}
    assert read.scan.more_wait
    read(rows(3))
    assert not read.scan.more_wait
