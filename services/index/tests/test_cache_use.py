"""How often the response cache answered, by day, model and use."""

import dataclasses
from datetime import timedelta

import pytest

from winnow_contracts.events import EventKind
from winnow_contracts.index_api.response_cache import KeptAnswers
from winnow_contracts.json_codec import to_json
from winnow_contracts.usage import Spending
from winnow_index.history.event_store import EventStore
from winnow_index.store.kept_answers import note_kept_answers
from winnow_index.testing import AI, EventSender, started
from winnow_index.usage.usage import today
from winnow_journal.event_factory import new_event
from winnow_statistics.cache_use import CacheUse

DAY_MS = 86_400_000
SEEN = Spending(use="vision", model="eye-1", tokens_in=1000, tokens_out=50, cost_usd=0.002)
HIT = Spending(use="vision", model="eye-1", cached=True)
UNPRICED = Spending(use="text", model="pen-1")


@pytest.fixture
def tell(database):
    """Tells index of calls that were made so many days ago."""
    shipper = EventSender(EventStore(database))

    def tell(*calls, days_ago=0):
        spent = [to_json(one) for one in calls]
        event = new_event(EventKind.STEP_DONE, AI, "n", "a", step="s", spent=spent)
        shipper.ship(dataclasses.replace(event, at_ms=event.at_ms - days_ago * DAY_MS))

    shipper.ship(started(AI, "a"))
    return tell


@pytest.fixture
def use(database):
    return CacheUse(database)


def days_of(found):
    return [(one.day, one.use, one.hits, one.paid, one.saved_usd) for one in found.items]


def test_hits_and_paid_calls_are_counted_by_day_newest_first_and_hits_at_the_mean_price(tell, use):
    tell(SEEN, dataclasses.replace(SEEN, cost_usd=0.004), HIT, HIT)
    tell(HIT, days_ago=1)
    tell(UNPRICED, dataclasses.replace(UNPRICED, cached=True))
    now, before = today().isoformat(), (today() - timedelta(days=1)).isoformat()
    found = use.last(2)
    assert (found.first_day, found.last_day, found.kept) == (before, now, None)
    assert days_of(found) == [
        (now, "text", 1, 1, None),
        (now, "vision", 2, 2, pytest.approx(0.006)),
        (before, "vision", 1, 0, pytest.approx(0.003)),
    ]


def test_days_before_the_window_do_not_count(tell, use):
    tell(HIT, SEEN, days_ago=2)
    assert use.last(2).items == ()


def test_a_model_that_only_the_cache_answered_for_has_no_price(tell, use):
    tell(HIT)
    assert days_of(use.last(1)) == [(today().isoformat(), "vision", 1, 0, None)]


def test_what_the_cache_holds_is_what_the_last_pass_counted(database, use):
    kept = KeptAnswers(counted_at="2026-01-03T00:00:00Z", answers=2, size_bytes=10, oldest_at=None, limit_bytes=0)
    for counted in (dataclasses.replace(kept, answers=1), kept):
        note_kept_answers(database, counted)
    assert use.last(1).kept == kept
