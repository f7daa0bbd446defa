import concurrent.futures
import dataclasses
import itertools
import math
import time
from collections import Counter

import pytest

from winnow_contracts.events import EventKind
from winnow_contracts.json_codec import to_json
from winnow_contracts.rate_limits import ReservationRequest, ReservationStatus
from winnow_contracts.usage import Spending
from winnow_index.control.rate_limits import RateLimits
from winnow_index.database import Database
from winnow_index.history.event_store import EventStore
from winnow_index.testing import AI, EventSender
from winnow_index.usage.budgets import UNLIMITED, Budgets
from winnow_journal.event_factory import new_event

APART_MS = 6000
"""Milliseconds between reservations at 10 per minute: longer than a busy machine takes for a request."""
GRANTED, TAKEN, SPENT = ReservationStatus.GRANTED, ReservationStatus.TAKEN, ReservationStatus.BUDGET_SPENT


@pytest.fixture
def turns(database):
    return RateLimits(database, UNLIMITED)


def wish(key="k", holder="h", *, api="vision", per_minute=10, tenant="t", claim_seconds=60.0):
    return ReservationRequest(
        api=api, per_minute=per_minute, tenant_id=tenant, holder=holder, answer_key=key, claim_seconds=claim_seconds
    )


def now_ms():
    return time.time_ns() / 1_000_000


def grant(turns, key, **fields):
    answer = turns.wish(wish(key, **fields))
    assert answer.verdict is GRANTED
    return answer.turn_ms


def change(database, **values):
    """Set columns of the one API's row."""
    with database.transaction() as transaction:
        for name, value in values.items():
            transaction.run_text(f"UPDATE api_turn SET {name} = %(value)s", {"value": value})


@dataclasses.dataclass
class Grant:
    """When a claim was requested and granted, and when it ended."""

    key: str
    holder: str
    asked_ms: float
    told_ms: float
    over_ms: float


def let_run_out(database):
    """End every claim a moment ago."""
    with database.transaction() as transaction:
        transaction.run_text("UPDATE answer_claim SET until_ms = clock_ms() - 1")


def claims(database):
    with database.transaction() as transaction:
        return transaction.run_text("SELECT FROM answer_claim")


def test_the_first_turn_is_now_and_the_next_ones_follow_at_even_distance(turns):
    before_ms = now_ms()
    given = [grant(turns, f"k{n}") for n in range(20)]
    assert before_ms <= given[0] <= now_ms() + 1
    assert {later - earlier for earlier, later in itertools.pairwise(given)} == {APART_MS}


@pytest.mark.parametrize("per_minute", [7, 11, 97, 700, 9000])
def test_a_distance_that_is_no_whole_number_does_not_drift(database, turns, per_minute):
    grant(turns, "first")
    first_ms = round(now_ms()) + 60_000
    change(database, last_ms=first_ms)
    given = [grant(turns, f"k{n}", per_minute=per_minute) for n in range(per_minute if per_minute < 100 else 100)]
    exact = [first_ms + math.ceil(60_000 * (n + 1) / per_minute) for n in range(len(given))]
    assert given == exact


def test_no_minute_has_more_than_one_turn_over_the_limit(turns):
    given = [grant(turns, f"k{n}", per_minute=7) for n in range(30)]
    for start in given:
        assert sum(start <= one < start + 60_000 for one in given) <= 7
        assert sum(start <= one <= start + 60_000 for one in given) <= 8


def test_idle_time_saves_nothing_up(database, turns):
    grant(turns, "k0")
    change(database, last_ms=now_ms() - 3_600_000)
    before_ms = now_ms()
    given = [grant(turns, f"k{n}") for n in range(1, 6)]
    assert given[0] >= before_ms
    assert {later - earlier for earlier, later in itertools.pairwise(given)} == {APART_MS}


def test_each_api_has_turns_of_its_own(turns):
    for n in range(10):
        grant(turns, f"k{n}")
    assert grant(turns, "k", api="text") <= now_ms() + 1


def test_wishes_of_many_nodes_at_once_are_distinct_turns_at_exact_distance(database_url, database):
    nodes = [Database(database_url, connections=4) for _ in range(4)]
    asking = [RateLimits(node, UNLIMITED) for node in nodes]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        given = list(pool.map(lambda n: grant(asking[n % 4], f"k{n}", holder=f"h{n}"), range(200)))
    for node in nodes:
        node.close()
    given.sort()
    assert {later - earlier for earlier, later in itertools.pairwise(given)} == {APART_MS}


def test_of_many_holders_of_one_answer_one_is_granted_while_its_claim_lives(database_url, database):
    nodes = [Database(database_url, connections=4) for _ in range(4)]
    asking = [RateLimits(node, UNLIMITED) for node in nodes]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        keys = [f"k{n % 5}" for n in range(200)]
        answers = list(
            pool.map(lambda n: asking[n % 4].wish(wish(keys[n], f"h{n}", per_minute=60_000)).verdict, range(200))
        )
    for node in nodes:
        node.close()
    granted = Counter(key for key, verdict in zip(keys, answers, strict=True) if verdict is GRANTED)
    assert granted == {f"k{n}": 1 for n in range(5)}
    assert Counter(answers)[TAKEN] == 195


def test_whatever_comes_at_once_no_answer_has_two_living_claims(database_url, database):
    """Claims run out, are given back and renewed meanwhile: at its own time each grant is the only one."""
    node = Database(database_url, connections=8)
    turns = RateLimits(node, UNLIMITED)

    def live(holder):
        grants = []
        for round_ in range(25):
            key = f"k{round_ % 3}"
            asked_ms = now_ms()
            answer = turns.wish(wish(key, holder, per_minute=600_000, claim_seconds=0.02))
            if answer.verdict is not GRANTED:
                continue
            grants.append(Grant(key, holder, asked_ms, now_ms(), answer.turn_ms + 20))
            if round_ % 4 == 0:
                for mine in grants:
                    if mine.key == key:
                        mine.over_ms = min(mine.over_ms, now_ms())
                turns.give_back("t", key, holder)
        return grants

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        grants = [one for found in pool.map(live, [f"h{n}" for n in range(8)]) for one in found]
    node.close()
    assert len({one.holder for one in grants}) > 1
    for earlier, later in itertools.permutations(grants, 2):
        if earlier.key == later.key and earlier.holder != later.holder and earlier.told_ms < later.asked_ms:
            assert later.told_ms >= earlier.over_ms - 1


def test_who_comes_second_looks_for_the_answer_soon_after_the_first_ones_turn(turns):
    for n in range(5):
        grant(turns, f"other{n}")
    turn_ms = grant(turns, "k")
    for holder in "abc":
        answer = turns.wish(wish("k", holder))
        assert answer.verdict is TAKEN
        assert turn_ms + 1000 <= answer.turn_ms <= turn_ms + 2001


def test_who_comes_while_the_call_is_made_looks_soon_after_now(database, turns):
    grant(turns, "k")
    with database.transaction() as transaction:
        transaction.run_text("UPDATE answer_claim SET turn_ms = turn_ms - 20000")
    before_ms = now_ms()
    assert before_ms + 1000 <= turns.wish(wish("k", "other")).turn_ms <= now_ms() + 2001


def test_nobody_is_told_to_look_later_than_the_claim_ends(turns):
    grant(turns, "other")
    turn_ms = grant(turns, "k", claim_seconds=0.4)
    assert turns.wish(wish("k", "other")).turn_ms == turn_ms + 400


def test_a_claim_that_ran_out_is_the_next_ones(turns, database):
    grant(turns, "k")
    assert turns.wish(wish("k", "other")).verdict is TAKEN
    let_run_out(database)
    assert turns.wish(wish("k", "other")).verdict is GRANTED
    assert turns.wish(wish("k", "h")).verdict is TAKEN
    assert claims(database) == 1


def test_the_holder_asking_again_gets_a_new_turn_and_renews_its_claim(turns, database):
    first_ms = grant(turns, "k", claim_seconds=30)
    assert grant(turns, "k", claim_seconds=60) == first_ms + APART_MS
    with database.transaction() as transaction:
        renewed = "SELECT FROM answer_claim WHERE turn_ms = %(turn_ms)s AND until_ms = turn_ms + 60000"
        assert transaction.run_text(renewed, {"turn_ms": first_ms + APART_MS}) == 1
    assert turns.wish(wish("k", "other")).verdict is TAKEN


def test_a_tenant_does_not_hold_up_anothers_answer(turns):
    grant(turns, "k")
    grant(turns, "k", tenant="other", holder="another")


def test_a_claim_given_back_is_free_but_only_its_holder_gives_it(turns):
    grant(turns, "k")
    assert not turns.give_back("t", "k", "other")
    assert not turns.give_back("other", "k", "h")
    assert turns.wish(wish("k", "other")).verdict is TAKEN
    assert turns.give_back("t", "k", "h")
    assert not turns.give_back("t", "k", "h")
    assert turns.wish(wish("k", "other")).verdict is GRANTED


def test_claims_that_ran_out_are_cleared_away(turns, database):
    for n in range(30):
        grant(turns, f"k{n}")
    let_run_out(database)
    grant(turns, "k")
    assert claims(database) == 1


def test_while_an_api_is_held_nobody_gets_a_turn_and_then_one_after_the_other(turns):
    grant(turns, "k0")
    until_ms = round(now_ms()) + 30_000
    assert turns.hold("vision", until_ms) == until_ms
    assert turns.hold("vision", until_ms - 5_000) == until_ms, "a shorter one does not end it"
    assert [grant(turns, f"k{n}") for n in range(1, 4)] == [until_ms, until_ms + APART_MS, until_ms + 2 * APART_MS]
    assert grant(turns, "k", api="text") < until_ms


def test_an_api_is_held_before_its_first_turn_and_for_a_day_at_most(turns):
    day_ms = 86_400_000
    before_ms = now_ms()
    held_until_ms = turns.hold("vision", 2**53)
    assert before_ms + day_ms - 1000 < held_until_ms <= now_ms() + day_ms + 1
    assert grant(turns, "k") >= held_until_ms


class TestBudget:
    """A tenant's day."""

    @pytest.fixture
    def limited(self, database):
        return RateLimits(database, Budgets(usd_per_day=0.01, by_tenant={"free": 0.0}))

    def test_a_turn_that_was_given_before_is_not_good_after_it_is_spent(self, limited, spend):
        given = limited.wish(wish("mine"))
        spend(0.02)
        assert limited.wish(dataclasses.replace(wish("mine"), turn_ms=given.turn_ms)).verdict is SPENT

    @pytest.fixture
    def spend(self, database):
        shipper = EventSender(EventStore(database))

        def ship(cost_usd, tenant="t", days_ago=0):
            spent = [to_json(Spending(use="vision", model="eye-1", cost_usd=cost_usd))]
            event = new_event(EventKind.STEP_DONE, AI, "n", "a", step="s", spent=spent)
            at_ms = event.at_ms - days_ago * 86_400_000
            shipper.ship(dataclasses.replace(event, tenant_id=tenant, at_ms=at_ms))

        return ship

    def test_it_counts_up_to_its_limit(self, limited, spend):
        spend(0.006)
        answer = limited.wish(wish("k0"))
        assert (answer.verdict, answer.spent_usd, answer.limit_usd) == (GRANTED, pytest.approx(0.006), 0.01)
        spend(0.004)
        answer = limited.wish(wish("k1"))
        assert (answer.verdict, answer.turn_ms, answer.spent_usd) == (SPENT, 0, pytest.approx(0.01))

    def test_a_refused_wish_takes_neither_turn_nor_claim(self, limited, spend, database):
        spend(1)
        limited.wish(wish("k"))
        assert claims(database) == 0
        assert grant(limited, "k", tenant="other") <= now_ms() + 1

    def test_yesterday_and_other_tenants_do_not_count(self, limited, spend):
        spend(1, days_ago=1)
        spend(1, tenant="other")
        grant(limited, "k")

    def test_a_tenant_without_limit_is_never_refused(self, limited, spend):
        spend(100, tenant="free")
        grant(limited, "k", tenant="free")


def test_a_turn_that_was_given_here_is_good_and_costs_no_other(turns):
    given = turns.wish(wish("mine"))
    again = turns.wish(dataclasses.replace(wish("mine"), turn_ms=given.turn_ms))
    assert (again.verdict, again.turn_ms) == (GRANTED, given.turn_ms)
    assert grant(turns, "next") - given.turn_ms == pytest.approx(APART_MS, abs=1)


def test_a_turn_of_a_nodes_own_share_is_not_good_here(turns):
    first = grant(turns, "first")
    answer = turns.wish(dataclasses.replace(wish("other"), turn_ms=first + 100))
    assert answer.verdict is GRANTED
    assert answer.turn_ms - first == pytest.approx(APART_MS, abs=1)


def test_a_claim_whose_holder_has_ended_is_anybodys(turns, database):
    shipper = EventSender(EventStore(database))
    turns.wish(wish("same", holder=AI.task_id))
    assert turns.wish(wish("same", holder="other")).verdict is TAKEN
    shipper.ship(new_event(EventKind.CANCELLED, AI, "n", "a"))
    assert turns.wish(wish("same", holder="other")).verdict is GRANTED
