"""Reservations come from index, or from the node's own share; a task waits for near ones, is deferred for far ones."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from winnow_ai.llm.local_limiter import LocalLimiter
from winnow_ai.llm.rate_limiter import RateLimiter
from winnow_ai.llm.reservations import Reservations
from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.commands import ClassifyPhoto
from winnow_contracts.errors import Deferred, Refused
from winnow_contracts.rate_limits import Reservation, ReservationRequest, ReservationStatus
from winnow_journal.task import Cancelled, Task
from winnow_journal.testing.memory import MemoryJournal

WISH = ReservationRequest(
    api="vision", per_minute=100, tenant_id="default", holder="task-1", answer_key="photo-1", claim_seconds=70
)


def other(number: int, **changes: Any) -> ReservationRequest:
    """Another task's wish for another answer."""
    return replace(WISH, **({"holder": f"task-{number}", "answer_key": f"photo-{number}"} | changes))


@pytest.fixture
def turns(world: Any) -> RateLimiter:
    return RateLimiter(world.index, LocalLimiter(1), world.clock)


@pytest.fixture
def reservations(
    world: Any, turns: RateLimiter, classify: ClassifyPhoto, task_of: Callable[..., Task], copy_of: Callable[..., Task]
) -> Callable[..., Reservations]:
    def make(turn_ms: int = 0, deferred: bool = False) -> Reservations:
        task = copy_of(task_of(classify), MemoryJournal(), turn_ms=turn_ms, deferred=deferred)
        return Reservations(task, turns, world.clock)

    return make


def test_any_minute_of_a_share_has_its_part_of_the_limit_and_no_burst() -> None:
    share = LocalLimiter(nodes=2)
    given = [share.take(other(number), 1_000_000).turn_ms for number in range(200)]
    assert given[0] == 1_000_000
    assert {after - before for before, after in pairwise(given)} == {1_200}
    assert all(sum(start <= turn < start + 60_000 for turn in given) <= 51 for start in given)


def test_a_share_does_not_save_up_turns_while_nobody_calls() -> None:
    share = LocalLimiter(nodes=1)
    share.take(WISH, 0)
    assert [share.take(other(number), 90_000).turn_ms for number in (2, 3)] == [90_000, 90_600]


def test_two_apis_have_two_limits() -> None:
    share = LocalLimiter(nodes=1)
    share.take(WISH, 5_000)
    assert share.take(other(2, api="text", per_minute=200), 5_000).turn_ms == 5_000


def test_one_task_at_a_time_gets_an_answer_until_it_gives_back_or_its_claim_ends() -> None:
    share = LocalLimiter(nodes=1)
    second = replace(WISH, holder="task-2")
    share.take(WISH, 10_000)
    assert share.take(second, 10_100) == Reservation(verdict=ReservationStatus.TAKEN, turn_ms=11_600)
    assert share.take(second, 79_900).turn_ms == 80_000
    assert share.take(replace(second, tenant_id="other"), 10_100).verdict is ReservationStatus.GRANTED
    share.give_back(second)
    assert share.take(second, 10_200).verdict is ReservationStatus.TAKEN
    share.give_back(WISH)
    assert share.take(second, 10_300).verdict is ReservationStatus.GRANTED
    assert share.take(WISH, 200_000).verdict is ReservationStatus.GRANTED


def test_who_holds_the_claim_gets_a_new_turn() -> None:
    share = LocalLimiter(nodes=1)
    assert share.take(WISH, 0).verdict is share.take(WISH, 0).verdict is ReservationStatus.GRANTED


def test_while_index_is_away_the_share_begins_behind_what_index_granted(world: Any, turns: RateLimiter) -> None:
    granted = [turns.take(other(number)).turn_ms for number in range(5)]
    world.index.away = True
    assert turns.take(other(9)).turn_ms == granted[-1] + 600
    assert turns.take(replace(WISH, holder="task-7", answer_key="photo-0")).verdict is ReservationStatus.TAKEN


def test_a_share_keeps_to_the_limit_that_index_last_told() -> None:
    share = LocalLimiter(nodes=1)
    share.note(WISH, Reservation(verdict=ReservationStatus.GRANTED, turn_ms=1_000, per_minute=10))
    assert [share.take(other(number), 1_000).turn_ms for number in (2, 3)] == [7_000, 13_000]
    share.note(other(4), Reservation(verdict=ReservationStatus.GRANTED, turn_ms=19_000))
    assert share.take(other(5), 19_000).turn_ms == 25_000


def test_index_is_left_alone_for_five_seconds_after_it_did_not_answer(world: Any, turns: RateLimiter) -> None:
    world.index.away = True
    turns.take(WISH)
    world.index.away = False
    turns.take(other(2))
    assert world.index.count("") == 0
    world.clock.sleep(5.1)
    turns.take(other(3))
    assert world.index.count("") == 1


@pytest.mark.parametrize("nonsense", [{}, {"verdict": "maybe"}, {"turn_ms": 5}])
def test_an_answer_that_is_no_turn_is_as_none(world: Any, nonsense: dict[str, Any]) -> None:
    asked = []

    def answer(environ: Any, start: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        return Response(json.dumps(nonsense), content_type="application/json")(environ, start)

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        index = IndexClient(f"http://127.0.0.1:{server.server_port}", "token")
        taken = RateLimiter(index, LocalLimiter(1), world.clock).take(WISH)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert asked == [WISH.ROUTE.path]
    assert taken == Reservation(verdict=ReservationStatus.GRANTED, turn_ms=world.clock.ms)


def test_a_hold_keeps_this_node_and_all_others_from_calling(world: Any, turns: RateLimiter) -> None:
    began = world.clock.ms
    turns.hold("vision", 30)
    assert world.index.asked == [("/hold", {"api": "vision", "until_ms": began + 30_000})]
    assert turns.take(WISH).turn_ms == began + 30_000
    world.index.away = True
    assert turns.take(other(2)).turn_ms == began + 30_600


def test_a_near_turn_is_waited_for_and_not_called_a_moment_early(
    world: Any, reservations: Callable[..., Reservations]
) -> None:
    world.index.answer(ReservationStatus.GRANTED, in_ms=1_400)
    began = world.clock.ms
    there = reservations()
    turn_ms = there.turn(WISH)
    assert turn_ms == began + 1_400
    there.wait_until(turn_ms)
    assert world.clock.ms == turn_ms


def test_a_far_turn_is_a_deferral_that_carries_it(world: Any, reservations: Callable[..., Reservations]) -> None:
    world.index.answer(ReservationStatus.GRANTED, in_ms=34_000)
    with pytest.raises(Deferred) as caught:
        reservations().turn(WISH)
    assert caught.value.turn_ms == world.clock.ms + 34_000
    assert (caught.value.reserved, caught.value.code) == (True, "rate-limited")
    assert world.index.count("/give-back") == 0


@pytest.mark.parametrize(("early_ms", "calls_after_ms"), [(1_250, 1_250), (0, 0), (-500, 0)])
def test_a_copy_asks_whether_its_turn_is_good_and_calls_at_it(
    world: Any, reservations: Callable[..., Reservations], early_ms: int, calls_after_ms: int
) -> None:
    began = world.clock.ms
    there = reservations(turn_ms=began + early_ms)
    there.wait_until(there.turn(WISH))
    assert world.clock.ms - began == calls_after_ms
    assert [body["turn_ms"] for _, body in world.index.asked] == [began + early_ms]


def test_a_copy_that_comes_late_takes_a_new_turn(world: Any, reservations: Callable[..., Reservations]) -> None:
    assert reservations(turn_ms=world.clock.ms - 501).turn(WISH)
    assert world.index.count("") == 1


def test_a_reserved_turn_before_the_end_of_a_hold_has_lapsed(
    world: Any, turns: RateLimiter, reservations: Callable[..., Reservations]
) -> None:
    turns.hold(WISH.api, 5)
    with pytest.raises(Deferred) as caught:
        reservations(turn_ms=world.clock.ms + 100).turn(WISH)
    assert caught.value.turn_ms >= world.clock.ms + 5_000


def test_a_copy_that_comes_far_too_early_goes_away_with_the_same_turn(
    world: Any, reservations: Callable[..., Reservations]
) -> None:
    turn_ms = world.clock.ms + 9_000
    with pytest.raises(Deferred) as caught:
        reservations(turn_ms=turn_ms).turn(WISH)
    assert caught.value.turn_ms == turn_ms


def test_a_turn_that_index_does_not_know_is_not_used(world: Any, reservations: Callable[..., Reservations]) -> None:
    world.index.answer(ReservationStatus.GRANTED, in_ms=9_000)
    with pytest.raises(Deferred) as caught:
        reservations(turn_ms=world.clock.ms + 100).turn(WISH)
    assert caught.value.turn_ms == world.clock.ms + 9_000


def test_a_reserved_turn_is_not_used_once_the_budget_is_spent(
    world: Any, reservations: Callable[..., Reservations]
) -> None:
    world.index.answer(ReservationStatus.BUDGET_SPENT, spent_usd=5.0, limit_usd=5.0)
    with pytest.raises(Refused):
        reservations(turn_ms=world.clock.ms + 100).turn(WISH)


def test_a_reserved_turn_is_used_while_index_is_away(world: Any, reservations: Callable[..., Reservations]) -> None:
    world.index.away = True
    turn_ms = world.clock.ms + 1_000
    assert reservations(turn_ms=turn_ms).turn(WISH) == turn_ms


def test_a_reserved_turn_is_good_for_one_call(world: Any, reservations: Callable[..., Reservations]) -> None:
    there = reservations(turn_ms=world.clock.ms)
    assert there.turn(WISH)
    assert there.turn(WISH)
    assert [body["turn_ms"] > 0 for _, body in world.index.asked] == [True, False]


def test_a_reserved_turn_whose_answer_is_there_is_for_no_other_answer(
    world: Any, reservations: Callable[..., Reservations]
) -> None:
    there = reservations(turn_ms=world.clock.ms)
    there.drop()
    assert there.turn(other(2))
    assert world.index.count("") == 1


def test_an_answer_that_another_task_gets_is_looked_for_soon_and_then_from_afar(
    world: Any, reservations: Callable[..., Reservations]
) -> None:
    world.index.answer(ReservationStatus.TAKEN, in_ms=1_000)
    began, there = world.clock.ms, reservations()
    assert there.turn(WISH) is None
    assert world.clock.ms - began == 1_000
    world.index.answer(ReservationStatus.TAKEN, in_ms=1_000)
    with pytest.raises(Deferred) as caught:
        there.turn(WISH)
    assert not caught.value.reserved
    assert caught.value.turn_ms == world.clock.ms + 2_000


def test_who_looks_again_and_again_looks_less_often(world: Any, reservations: Callable[..., Reservations]) -> None:
    world.index.answer(ReservationStatus.TAKEN, in_ms=2_000)
    with pytest.raises(Deferred) as caught:
        reservations(deferred=True).turn(WISH)
    assert caught.value.turn_ms == world.clock.ms + 4_000


def test_a_spent_budget_refuses_and_says_that_nothing_is_lost(
    world: Any, reservations: Callable[..., Reservations]
) -> None:
    world.index.answer(ReservationStatus.BUDGET_SPENT, spent_usd=5.004, limit_usd=5.0)
    with pytest.raises(Refused) as caught:
        reservations().turn(WISH)
    assert caught.value.code == "budget-spent"
    assert "5.00 of 5.00 US dollars" in caught.value.detail
    assert "run the job again" in caught.value.hint


def test_who_is_cancelled_while_it_waits_stops_at_once(
    world: Any, turns: RateLimiter, classify: ClassifyPhoto, task_of: Callable[..., Task]
) -> None:
    def stop() -> None:
        raise Cancelled

    task = Task(task_of(classify).envelope, "attempt-1", MemoryJournal(), node="test", stop_call=stop)
    with pytest.raises(Cancelled):
        Reservations(task, turns, world.clock).wait_until(world.clock.ms + 1_000)
    assert world.clock.slept == []
