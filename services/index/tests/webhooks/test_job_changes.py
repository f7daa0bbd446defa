"""Every change of an account's jobs is told once, in an order that stays, whatever transactions overlap."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.job_changes import KEPT_HOURS, Position
from winnow_index.control.job_control import JobControl
from winnow_index.history.event_store import EventStore
from winnow_index.testing import PHOTO, EventSender, dead, enqueued, photo_accepted, started
from winnow_retention import old_job_changes
from winnow_webhooks import job_changes
from winnow_webhooks.job_changes import JobChangeReads

HOUR_MS = 3_600_000


@pytest.fixture
def changes(database):
    return JobChangeReads(database)


@pytest.fixture
def begun(changes):
    """Where changes stood before the test."""
    return Position.read(changes.after("t", None).position)


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


def told(found):
    return [(one.job_id, one.run, one.status, one.stage) for one in found.items]


def test_each_state_of_a_job_is_told_with_its_stage(changes, begun, shipper, database):
    shipper.ship(photo_accepted())
    shipper.ship(started(PHOTO, "a"))
    shipper.ship(dead(PHOTO, "a"))
    assert told(changes.after("t", begun)) == [
        ("job_p", 1, "queued", None),
        ("job_p", 1, "running", "prepare"),
        ("job_p", 1, "failed", "prepare"),
    ]
    assert changes.after("other", begun).items == ()


def test_what_changes_nothing_of_a_job_is_not_told(changes, begun, shipper):
    shipper.ship(photo_accepted(), started(PHOTO, "a"), started(PHOTO, "b"))
    assert [one.status for one in changes.after("t", begun).items] == ["queued", "running"]


def test_a_cancelled_job_is_told_without_any_event_of_it(changes, begun, shipper, database):
    shipper.ship(photo_accepted())
    JobControl(database).cancel("t", "job_p", "med_p")
    assert [one.status for one in changes.after("t", begun).items] == ["queued", "cancelled"]


@pytest.mark.parametrize("tenant_id", ["drill", "webhooks", "feeds"])
def test_drills_deliveries_and_looks_at_feeds_are_nobodys(changes, begun, shipper, tenant_id):
    nobodys = replace(PHOTO, command=replace(PHOTO.command, tenant_id=tenant_id))
    shipper.ship(started(nobodys, "a"), dead(nobodys, "a"))
    assert changes.after(tenant_id, begun).items == ()


def test_what_was_told_is_not_told_again(changes, begun, shipper):
    shipper.ship(photo_accepted())
    first = changes.after("t", begun)
    assert changes.after("t", Position.read(first.position)).items == ()
    assert changes.after("t", Position.read(first.items[0].position)).items == ()
    shipper.ship(started(PHOTO, "a"))
    assert [one.status for one in changes.after("t", Position.read(first.position)).items] == ["running"]


def test_many_come_in_pages(changes, begun, shipper, monkeypatch):
    monkeypatch.setattr(job_changes, "MOST_CHANGES", 2)
    shipper.ship(photo_accepted(), started(PHOTO, "a"), dead(PHOTO, "a"))
    other = replace(PHOTO, command=replace(PHOTO.command, job_id="job_q", media_id="med_q"))
    shipper.ship(started(other, "a"))
    pages, position = [], begun
    while True:
        page = changes.after("t", position)
        pages.append(len(page.items))
        position = Position.read(page.position)
        if not page.more:
            break
    assert sum(pages) == 4
    assert max(pages) == 2


def test_a_transaction_that_ends_late_is_not_missed(changes, begun, database, shipper):
    """It wrote before what is stored already, and nobody saw it."""
    with database.transaction() as late:
        late.run_text(
            "INSERT INTO job (job_id, tenant_id, media_id, created_ms) VALUES ('job_late', 't', 'med_late', 1)"
        )
        shipper.ship(photo_accepted())
        first = changes.after("t", begun)
        assert first.items == ()  # what stands behind it waits for it
    seen = [one.job_id for one in changes.after("t", Position.read(first.position)).items]
    assert sorted(seen) == ["job_late", "job_p"]


def test_a_position_that_is_too_old_or_of_another_database_is_reset(changes, begun, shipper):
    shipper.ship(photo_accepted())
    for odd in (
        replace(begun, at_ms=now_ms() - (KEPT_HOURS + 1) * HOUR_MS),
        replace(begun, transaction=begun.transaction + 1_000_000),
    ):
        found = changes.after("t", odd)
        assert (found.reset, found.items) == (True, ())
        assert not changes.after("t", Position.read(found.position)).reset


def test_changes_of_two_days_ago_go_slice_by_slice_and_no_others(changes, begun, shipper, database, monkeypatch):
    monkeypatch.setattr(old_job_changes, "_AT_ONCE", 2)
    for n in range(5):
        shipper.ship(enqueued(replace(PHOTO, command=replace(PHOTO.command, job_id=f"job_{n}", media_id=f"med_{n}"))))
    with database.transaction() as transaction:
        assert transaction.run_text(f"UPDATE job_change SET at_ms = at_ms - {49 * HOUR_MS}") == 5
    shipper.ship(photo_accepted(), started(PHOTO, "a"))
    stopped_after_one = SimpleNamespace(is_set=iter([False, True]).__next__)
    assert old_job_changes.drop_old(database, stopped_after_one) == 2
    assert len(changes.after("t", begun).items) == 5
    assert old_job_changes.drop_old(database, threading.Event()) == 3
    assert told(changes.after("t", begun)) == [("job_p", 1, "queued", None), ("job_p", 1, "running", "prepare")]


@pytest.mark.parametrize("text", ["", "1", "1-2", "a-1-1", "1-1-1-1", "1-1-" + "9" * 19])
def test_no_position_is_refused(text):
    with pytest.raises(BadInput):
        Position.read(text)
