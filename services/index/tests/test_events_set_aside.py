"""An event that PostgreSQL cannot store holds up nothing that its journal tells later."""

import dataclasses

import pytest

from winnow_contracts.errors import Unavailable, WinnowError
from winnow_contracts.index_api.operators import EventsSetAside
from winnow_index.history import event_store
from winnow_index.history.diagnostics import Diagnostics
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


def test_operators_see_what_was_set_aside_with_why_and_without_secrets(database, shipper):
    secret = "wk_live_abcdefgh_" + "s" * 43
    shipper.ship(started(MEDIA, "a"), odd(), dataclasses.replace(odd("last"), detail={"note": secret}))
    operators = Diagnostics(database)
    found = operators.events_set_aside(1)
    (last,) = found.items
    assert (last.journal_id, last.node, last.seq, found.more) == ("j1", "n", 3, True)
    assert (last.event["attempt_id"], last.event["kind"], last.event["job_id"]) == ("last", "started", "job_d")
    assert "NumericValueOutOfRange" in last.error
    assert "wk_live_abcdefgh" in str(last.event)
    assert secret not in str(last.event)
    assert [one.seq for one in operators.events_set_aside(5).items] == [3, 2]
    (finding,) = [one for one in operators.all(900) if one.kind == "events_set_aside"]
    assert (finding.what, finding.count) == ("j1", 2)


def test_where_all_is_stored_nothing_is_found(database, shipper):
    shipper.ship(started(MEDIA, "a"))
    assert Diagnostics(database).events_set_aside(5) == EventsSetAside(items=(), more=False)
    assert [one for one in Diagnostics(database).all(900) if one.kind == "events_set_aside"] == []
