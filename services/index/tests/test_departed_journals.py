import dataclasses

import pytest

from winnow_index.history.departed_journals import DepartedJournalList
from winnow_index.history.event_store import EventStore
from winnow_index.testing import MEDIA, EventSender, started

DAY_MS = 86_400_000


@pytest.fixture
def journals(database):
    return DepartedJournalList(database, silent_days=30)


@pytest.fixture
def silent(database):
    def for_days(journal_id, days):
        with database.transaction() as transaction:
            transaction.run_text(
                "UPDATE journal_watermark SET seen_ms = seen_ms - %(ms)s, lost_ms = lost_ms - %(ms)s,"
                " sentinels_removed_ms = sentinels_removed_ms - %(ms)s WHERE journal_id = %(id)s",
                {"ms": round(days * DAY_MS), "id": journal_id},
            )

    return for_days


@pytest.fixture
def ship(database):
    def one(journal_id, node="n", at_ms=None):
        event = started(MEDIA, "a", node)
        event = event if at_ms is None else dataclasses.replace(event, at_ms=at_ms)
        EventSender(EventStore(database), journal_id, node).ship(event)

    return one


def test_a_journal_has_departed_after_a_month_of_silence(journals, ship, silent):
    ship("j1")
    silent("j1", 29)
    assert journals.departed() == []
    silent("j1", 2)
    assert journals.departed() == ["j1"]


def test_a_lost_journal_has_departed_after_a_day_of_silence(journals, ship, silent):
    ship("older")
    ship("newer", at_ms=2**52)
    assert journals.departed() == []
    silent("older", 1.1)
    assert journals.departed() == ["older"]


def test_a_journal_is_told_once_unless_it_was_heard_of_again(journals, ship, silent):
    ship("j1")
    silent("j1", 31)
    journals.sentinels_removed("j1")
    assert journals.departed() == []
    ship("j1")
    silent("j1", 31)
    assert journals.departed() == ["j1"]
