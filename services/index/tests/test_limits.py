"""Operators set limits, and the next call of any node keeps to them; what is used, waits and is refused is shown."""

import pytest

from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.limits import LIMIT_NAMES
from winnow_contracts.places import CallOutcome, PlaceLeft, PlaceVerdict, PlaceWish
from winnow_contracts.rate_limits import ReservationRequest
from winnow_index.control.audit import AuditLog
from winnow_index.control.limits import CallLimits
from winnow_index.control.places import Places
from winnow_index.control.rate_limits import RateLimits
from winnow_index.usage.budgets import UNLIMITED, Budgets

ADMITTED, NEXT, SPENT = PlaceVerdict.ADMITTED, PlaceVerdict.NEXT, PlaceVerdict.BUDGET_SPENT


@pytest.fixture
def limits(database):
    return CallLimits(database)


@pytest.fixture
def places(database):
    return Places(database)


def wish(holder, order_ms=1, *, api="speech x", tenant_id="t", **fields):
    given = {"told": 9, "ceiling": 9, "per_minute": 0, **fields}
    return PlaceWish(api=api, holder=holder, job_id="j", order_ms=order_ms, tenant_id=tenant_id, **given)


def turn(turns, key):
    asked = ReservationRequest(api="vision", per_minute=60, tenant_id="t", holder="h", answer_key=key, claim_seconds=60)
    return turns.wish(asked)


def of(limits, name, tenant_id=""):
    (found,) = (one for one in limits.all().items if (one.name, one.tenant_id) == (name, tenant_id))
    return found


def minutes(limits):
    return {(one.api, one.tenant_id): (one.used, one.waiting, one.refused) for one in limits.log(5).items}


def test_before_any_node_asked_no_limit_is_known(limits):
    assert [one.name for one in limits.all().items] == list(LIMIT_NAMES)
    assert {(one.value, one.setting, one.used, one.waiting) for one in limits.all().items} == {(None, None, 0, 0)}


def test_calls_at_once_follow_what_an_operator_sets_at_the_next_call(limits, places):
    assert [places.wish(wish(name)).verdict for name in "ab"] == [ADMITTED, ADMITTED]
    limits.set("speech.at_once", "", 2, "k")
    third = places.wish(wish("c", 2))
    assert (third.verdict, third.ceiling) == (NEXT, 2)
    shown = of(limits, "speech.at_once")
    assert (shown.value, shown.setting, shown.set_by, shown.used, shown.waiting) == (2, 9, "k", 2, 1)
    limits.reset("speech.at_once", "", "k")
    assert places.wish(wish("c", 2)).verdict is ADMITTED
    shown = of(limits, "speech.at_once")
    assert (shown.value, shown.setting, shown.set_by, shown.set_at) == (9, 9, None, None)


def test_a_limit_above_the_setting_holds_too(limits, places):
    limits.set("embedding.at_once", "", 2, "k")
    asked = [wish(name, api="embedding x", ceiling=1) for name in "ab"]
    assert [places.wish(one).verdict for one in asked] == [ADMITTED, ADMITTED]


def test_calls_a_minute_of_speech_are_admitted_apart_once_a_limit_is_set(limits, places):
    assert of(limits, "speech.per_minute").value is None
    limits.set("speech.per_minute", "", 2, "k")
    assert places.wish(wish("a")).verdict is ADMITTED
    answer = places.wish(wish("b", 2))
    assert (answer.verdict, answer.per_minute) == (NEXT, 2)
    assert places.wish(wish("a")).verdict is ADMITTED
    assert of(limits, "speech.per_minute").used == 1
    limits.reset("speech.per_minute", "", "k")
    assert places.wish(wish("b", 2)).verdict is ADMITTED


def test_calls_that_the_rate_limiter_counts_are_not_held_back_in_line_as_well(limits, places):
    limits.set("vision.per_minute", "", 1, "k")
    asked = [wish(name, api="vision x", per_minute=None) for name in "ab"]
    assert [places.wish(one).verdict for one in asked] == [ADMITTED, ADMITTED]


def test_the_turns_of_photos_follow_what_an_operator_sets(limits, database):
    turns = RateLimits(database, UNLIMITED)
    first = turn(turns, "a").turn_ms
    limits.set("vision.per_minute", "", 6, "k")
    second = turn(turns, "b")
    assert (second.turn_ms - first, second.per_minute) == (10_000, 6)
    shown = of(limits, "vision.per_minute")
    assert (shown.value, shown.setting, shown.waiting) == (6, 60, 1)
    limits.reset("vision.per_minute", "", "k")
    assert turn(turns, "c").turn_ms - second.turn_ms == 1_000


def test_one_tenant_at_its_limit_leaves_the_rest_to_others(limits, places):
    limits.set("speech.at_once", "greedy", 1, "k")
    assert places.wish(wish("a", 1, tenant_id="greedy")).verdict is ADMITTED
    assert places.wish(wish("b", 2, tenant_id="greedy")).verdict is NEXT
    assert places.wish(wish("c", 3)).verdict is ADMITTED
    shown = of(limits, "speech.at_once", "greedy")
    assert (shown.value, shown.setting, shown.used, shown.waiting) == (1, None, 1, 1)
    assert of(limits, "speech.at_once").used == 2


def test_what_has_no_such_limit_is_not_found(limits):
    for name, tenant_id in (("speech.colour", ""), ("speech.per_minute", "t")):
        with pytest.raises(NotFound):
            limits.set(name, tenant_id, 1, "k")
        with pytest.raises(NotFound):
            limits.reset(name, tenant_id, "k")


def test_each_change_is_in_the_audit_log_and_what_changes_nothing_is_not(limits, database):
    limits.set("text.at_once", "", 4, "k")
    limits.set("text.at_once", "acme", 1, "k")
    limits.reset("text.at_once", "", "k")
    limits.reset("text.at_once", "", "k")
    page = AuditLog(database).page(limit=9, before_id=None, action=None, key_id="k")
    assert [(one.action.value, one.target) for one in page.items] == [
        ("reset_limit", "text.at_once"),
        ("set_limit", "text.at_once of acme = 1"),
        ("set_limit", "text.at_once = 4"),
    ]


def test_a_minute_counts_calls_once_and_who_was_busy_or_waited(limits, places, database):
    for _ in range(3):
        places.wish(wish("a"))
    places.wish(wish("a", calling=True))
    places.leave(PlaceLeft(api="speech x", holder="a", outcome=CallOutcome.BUSY))
    places.wish(wish("b", told=1))
    places.wish(wish("c", 2, told=1, tenant_id="u"))
    with database.transaction() as transaction:
        transaction.run("log_waiting")
    used, waiting, refused = minutes(limits)["speech", "t"]
    assert (used, waiting, refused) == (2, 0, 1)
    assert minutes(limits)["speech", "u"] == (0, 1, 0)


def test_a_spent_budget_refuses_a_call_of_any_kind_and_leaves_the_line_free(limits, database):
    places = Places(database, Budgets(usd_per_day=1.0))
    with database.transaction() as transaction:
        transaction.run_text("INSERT INTO ai_spent_day VALUES ('poor', floor(extract(epoch FROM now()) / 86400), 1.5)")
    answer = places.wish(wish("a", told=1, tenant_id="poor"))
    assert (answer.verdict, answer.spent_usd, answer.limit_usd) == (SPENT, 1.5, 1.0)
    assert places.wish(wish("b", 2, told=1, tenant_id="rich")).verdict is ADMITTED
    assert minutes(limits) == {("speech", "poor"): (0, 0, 1), ("speech", "rich"): (1, 0, 0)}
    assert of(limits, "speech.at_once").used == 1


def test_old_minutes_are_dropped(limits, places, database):
    places.wish(wish("a"))
    with database.transaction() as transaction:
        assert transaction.run("drop_old_limit_log", {"before_ms": 0}) == 0
        assert transaction.run("drop_old_limit_log", {"before_ms": 2**53}) == 1
    assert minutes(limits) == {}
