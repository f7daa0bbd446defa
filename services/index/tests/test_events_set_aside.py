"""An event that PostgreSQL cannot store holds up nothing that its journal tells later."""

import dataclasses

import pytest

from winnow_contracts.errors import Unavailable, WinnowError
from winnow_index.history import event_store
from winnow_index.history.event_store import EventStore
from winnow_index.testing import MEDIA, EventSender, completed, started


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


def odd(attempt="odd"):
    return dataclasses.replace(started(MEDIA, attempt), at_ms=2**63)  # more than a bigint holds


def aside(database):
    with database.transaction() as transaction:
        rows = transaction.rows("read_events_set_aside", {"journal_id": "j1"})
    return {row["seq"]: bytes(row["body"]) for row in rows}


def test_an_event_that_cannot_be_stored_is_set_aside_and_its_journal_goes_on(database, shipper, library):
    mark = shipper.ship(started(MEDIA, "a"), odd(), completed(MEDIA, "a"), odd("last"))
    assert mark.applied_seq == 4
    assert [event["kind"] for event in library.trace("drill", "job_d")["events"]] == ["started", "completed"]
    kept = aside(database)
    assert list(kept) == [2, 4]
    assert b'"odd"' in kept[2]


def test_after_a_gap_nothing_is_taken_for_stored(database, shipper):
    shipper._seq = 5
    assert shipper.ship(odd(), started(MEDIA, "a")).applied_seq == 0


@pytest.mark.parametrize(
    "error", [ZeroDivisionError(), Unavailable("Away.", dependency="postgres"), WinnowError("A right is missing.")]
)
def test_neither_a_bug_of_ours_nor_an_outage_nor_a_wrong_setup_sets_an_event_aside(
    database, shipper, monkeypatch, error
):
    def fail(*_):
        raise error

    monkeypatch.setattr(event_store, "spending_rows", fail)
    with pytest.raises(type(error)):
        shipper.ship(started(MEDIA, "a"), completed(MEDIA, "a"))
    assert aside(database) == {}
