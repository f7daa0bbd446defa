from dataclasses import replace

import pytest

from winnow_contracts.places import CallOutcome, Limit, PlaceLeft, PlaceVerdict, PlaceWish, Waiting, decide

ADMITTED, NEXT, SNOOZE = PlaceVerdict.ADMITTED, PlaceVerdict.NEXT, PlaceVerdict.SNOOZE


def wish(holder="me", order_ms=10, **fields):
    return PlaceWish(api="speech", holder=holder, job_id="j", order_ms=order_ms, **{"told": 1, **fields})


def one(holder="me", order_ms=10, *, admitted=False, awake=True, spare=False, left_seconds=0.0, tenant_id=""):
    return Waiting(
        holder=holder,
        order_ms=order_ms,
        admitted=admitted,
        awake=awake,
        spare=spare,
        left_seconds=left_seconds,
        tenant_id=tenant_id,
    )


def test_a_free_place_is_taken_at_once():
    assert decide([one()], wish(), Limit()).verdict is ADMITTED


def test_no_more_call_at_once_than_the_endpoint_tells():
    inside = [one(f"h{n}", admitted=True) for n in range(3)]
    assert decide([*inside, one()], wish(told=4), Limit()).verdict is ADMITTED
    assert decide([*inside, one()], wish(told=3), Limit()).verdict is not ADMITTED


def test_the_ceiling_bounds_what_is_told():
    assert decide([one("h", admitted=True), one()], wish(told=50, ceiling=1), Limit()).verdict is NEXT


def test_one_waits_at_the_door_for_each_place_and_the_rest_sleeps():
    line = [one("inside", admitted=True), one("first", 1), one("second", 2)]
    assert decide(line, wish("first", 1), Limit()).verdict is NEXT
    assert decide(line, wish("second", 2), Limit()).verdict is SNOOZE


def test_first_come_is_first_served_whoever_asks_first():
    line = [one("early", 1), one("late", 2)]
    assert decide(line, wish("late", 2), Limit()).verdict is NEXT
    assert decide(line, wish("early", 1), Limit()).verdict is ADMITTED


def test_who_sleeps_keeps_its_order_and_holds_no_free_place():
    line = [one("asleep", 1, awake=False), one("awake", 2)]
    assert decide(line, wish("awake", 2), Limit()).verdict is ADMITTED
    line = [one("inside", admitted=True), one("asleep", 1, awake=False), one("awake", 2)]
    assert decide(line, wish("awake", 2), Limit()).ahead == 2


def test_a_second_call_of_a_task_goes_ahead_only_where_nobody_waits():
    line = [one("inside", admitted=True), one("helper", 1, spare=True)]
    assert decide(line, wish("helper", 1, spare=True, told=2), Limit()).verdict is ADMITTED
    line.append(one("asleep", 9, awake=False))
    assert decide(line, wish("helper", 1, spare=True, told=2), Limit()).verdict is NEXT


def test_a_call_that_runs_keeps_its_place_whatever_the_limit_is_by_now():
    line = [one("other", admitted=True), one()]
    assert decide(line, wish(calling=True), Limit(calls=1)).verdict is ADMITTED


def test_sleep_lasts_half_of_what_those_before_will_take():
    line = [one("in", admitted=True, left_seconds=300), one("a", 1, left_seconds=300), one("me", 2)]
    assert decide(line, wish("me", 2), Limit(busy_seconds=100, work_seconds=1000)).wait_ms == 30_000
    assert 0 < decide(line, wish("me", 2), Limit()).wait_ms <= 5_000


def test_nobody_sleeps_longer_than_the_speed_was_measured():
    line = [one("in", admitted=True, left_seconds=3000), one("a", 1), one("me", 2)]
    assert decide(line, wish("me", 2), Limit(busy_seconds=10, work_seconds=50)).wait_ms == 10_000
    assert decide(line, wish("me", 2, per_minute=1), Limit(busy_seconds=10, work_seconds=50)).wait_ms == 30_000


@pytest.mark.parametrize(("left_seconds", "most_ms"), [(1e7, 120_000), (0.001, 2_000)])
def test_nobody_sleeps_for_ever_nor_comes_back_at_once(left_seconds, most_ms):
    line = [one("in", admitted=True, left_seconds=left_seconds), one("a", 1), one("me", 2)]
    assert decide(line, wish("me", 2), Limit(busy_seconds=150, work_seconds=150)).wait_ms == most_ms


def left(outcome=CallOutcome.OK, seconds=0.0, work_seconds=0.0, **told):
    return PlaceLeft(api="a", holder="h", outcome=outcome, seconds=seconds, work_seconds=work_seconds, **told)


def test_an_endpoint_that_tells_nothing_is_tried_with_one_more_until_it_is_busy_and_then_with_half():
    limit = Limit()
    for _ in range(40):
        limit = limit.learned(left(), int(limit.calls), 0)
    grown = limit.calls
    assert grown > 6
    limit = limit.learned(left(CallOutcome.BUSY), int(limit.calls), 0)
    assert limit.calls == pytest.approx(grown / 2)
    for _ in range(10):
        limit = limit.learned(left(CallOutcome.BUSY), 1, 0)
    assert limit.at_once(0, 16) == 1


def test_places_that_nobody_used_teach_nothing():
    assert Limit().learned(left(), 1, 0).calls == Limit().calls


def test_calls_that_have_become_slow_are_not_joined_by_more():
    limit = Limit(calls=4, pace=0.1, best_pace=0.1)
    assert limit.learned(left(seconds=30, work_seconds=100), 4, 0).calls == 4
    assert limit.learned(left(seconds=12, work_seconds=100), 4, 0).calls > 4


def test_the_pace_follows_what_is_measured():
    limit = Limit(pace=0.5)
    for _ in range(20):
        limit = limit.learned(left(seconds=10, work_seconds=100), 1, 0)
    assert limit.pace == pytest.approx(0.1, rel=0.01)


def test_the_content_s_faults_say_nothing_of_the_endpoint():
    assert Limit().learned(left(CallOutcome.OTHER), 2, 0).calls == replace(Limit()).calls


@pytest.mark.parametrize("side_by_side", [False, True])
def test_what_audio_costs_is_measured_over_all_calls_whether_they_really_run_side_by_side_or_not(side_by_side):
    limit, now_ms = Limit(), 0
    for _ in range(10):  # two calls of 100 s of audio begin together and take 20 s together
        limit = limit.entered(now_ms)
        for ends_ms in (now_ms + 20_000 if side_by_side else now_ms + 10_000, now_ms + 20_000):
            seconds = (ends_ms - now_ms) / 1000
            limit = limit.learned(left(seconds=seconds, work_seconds=100), 2, ends_ms)
        now_ms += 30_000  # then ten idle seconds
    assert limit.cost == pytest.approx(0.1, rel=0.1)


def test_the_cost_follows_a_call_that_runs_and_what_that_told_is_not_counted_again_at_its_end():
    limit = Limit().worked(50.0, 10_000)
    assert limit.cost == pytest.approx(0.2)
    told = limit.worked(50.0, 20_000)
    assert told.cost == pytest.approx(0.2)
    end = told.learned(left(seconds=25, work_seconds=125, told_work_seconds=100), 1, 25_000)
    assert end.cost == pytest.approx(0.2)
    assert end.work_seconds == pytest.approx(25 + 0.5 ** (5 / 120) * told.work_seconds)


def test_the_first_report_of_all_counts_little_because_a_model_may_have_been_loaded_for_it():
    entered = Limit().entered(10_000)
    loaded = entered.renewed(20.0, 25_000).renewed(20.0, 28_000)
    assert loaded.cost == pytest.approx(0.15, rel=0.3)
    assert entered.renewed(20.0, 25_000).cost == 0  # not even a first guess
    whole = entered.learned(left(seconds=15, work_seconds=20), 1, 25_000)  # an endpoint that does not stream
    assert whole.cost == pytest.approx(0.75)


def test_a_call_that_has_done_nothing_yet_says_nothing_of_the_speed():
    limit = Limit(busy_seconds=10, work_seconds=100, last_ms=10_000)
    assert limit.worked(0.0, 70_000) == limit


def test_what_a_refused_call_did_not_do_is_not_counted_as_done():
    limit = Limit(busy_seconds=10, work_seconds=100, last_ms=10_000)
    assert limit.learned(left(CallOutcome.BUSY, seconds=20, work_seconds=60), 1, 30_000).cost == limit.cost


def test_what_hardly_holds_sound_says_nothing_of_the_speed_and_its_time_is_not_counted():
    limit = Limit(last_ms=10_000).worked(1.0, 30_000)
    assert limit.cost == 0
    assert limit.worked(20.0, 34_000).cost == pytest.approx(0.2)
    known = Limit(pace=0.1, best_pace=0.1)
    after = known.learned(left(seconds=3, work_seconds=1), 1, 50_000)
    assert (after.pace, after.best_pace) == (0.1, 0.1)


def test_an_endpoint_that_has_become_half_as_fast_is_known_for_it_after_some_minutes():
    limit, now_ms = Limit(), 0
    for pace in (0.1, 0.2):
        for _ in range(80):
            now_ms += 6_000
            limit = limit.worked(6.0 / pace, now_ms)
        assert limit.cost == pytest.approx(pace, rel=0.1)


def test_who_comes_late_does_not_stand_at_the_door_in_place_of_those_who_sleep_before_it():
    line = [one("inside", admitted=True), one("asleep", 1, awake=False), one("late", 9)]
    assert decide(line, wish("late", 9), Limit()).verdict is SNOOZE
    assert decide(line, wish("asleep", 1), Limit()).verdict is NEXT


def test_calls_a_minute_are_admitted_apart_and_the_first_in_line_waits_for_its_moment():
    limit = Limit().paced(30, 1_000)
    assert limit.next_ms == 3_000
    asked = wish(told=4, per_minute=30)
    early = decide([one()], asked, limit, now_ms=1_500)
    assert (early.verdict, early.wait_ms) == (NEXT, 1_500)
    assert decide([one()], asked, limit, now_ms=3_000).verdict is ADMITTED
    assert decide([one(admitted=True)], asked, limit, now_ms=1_500).verdict is ADMITTED
    assert Limit().paced(0, 1_000) == Limit().paced(None, 1_000) == Limit()
    assert decide([one()], replace(asked, per_minute=0), limit, now_ms=1_500).verdict is ADMITTED


def test_who_is_far_from_a_slow_limit_sleeps_for_half_of_the_minutes_before_it():
    line = [one(f"h{n}", n) for n in range(12)] + [one("me", 20)]
    assert decide(line, wish("me", 20, per_minute=6), Limit(), now_ms=0).wait_ms == 60_000


def test_a_tenant_at_its_own_limit_waits_and_keeps_nobody_else_waiting():
    line = [
        one("a1", 1, admitted=True, tenant_id="a"),
        one("b0", 1, admitted=True, tenant_id="b"),
        one("a2", 2, tenant_id="a"),
        one("a3", 3, tenant_id="a"),
        one("b1", 4, tenant_id="b"),
    ]

    def answer(holder, order_ms, tenant_id, **caps):
        return decide(line, wish(holder, order_ms, told=3, tenant_id=tenant_id), Limit(), caps=caps).verdict

    assert answer("a2", 2, "a", a=1) is NEXT
    assert answer("a3", 3, "a", a=1) is SNOOZE
    assert answer("b1", 4, "b", a=1) is ADMITTED
    assert answer("b1", 4, "b") is not ADMITTED
    assert answer("a2", 2, "a", a=2) is ADMITTED


def test_tenants_take_turns_and_each_one_s_own_come_as_they_came():
    folder = [one(f"a{n}", n, tenant_id="a") for n in range(5)]
    line = [
        one("inside", 0, admitted=True, tenant_id="a"),
        *folder,
        one("b1", 8, tenant_id="b"),
        one("b2", 9, tenant_id="b"),
    ]

    def ahead(holder, order_ms, tenant_id):
        return decide(line, wish(holder, order_ms, tenant_id=tenant_id), Limit()).ahead

    waiting = [("b1", 8, "b"), ("a0", 0, "a"), ("b2", 9, "b"), ("a1", 1, "a"), ("a2", 2, "a")]
    assert [ahead(*one) for one in waiting] == [1, 2, 3, 4, 5]


def test_a_second_call_of_a_task_waits_for_every_tenant():
    line = [one("helper", 1, spare=True, tenant_id="a"), one("b1", 8, tenant_id="b")]
    assert decide(line, wish("helper", 1, spare=True, tenant_id="a"), Limit()).verdict is NEXT
    assert decide(line, wish("b1", 8, tenant_id="b"), Limit()).verdict is ADMITTED
