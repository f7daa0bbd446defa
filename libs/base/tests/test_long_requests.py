"""How many long requests are taken at once: per key, and in all."""

import asyncio
from contextlib import ExitStack

import pytest
from flask import Response

from winnow_base.http.long_requests import LongRequests, threads_for_long
from winnow_contracts.errors import RateLimited


@pytest.mark.parametrize(("threads", "taken"), [(64, 48), (32, 24), (8, 4), (5, 1), (2, 1)])
def test_a_quarter_of_the_threads_and_four_where_there_are_enough_stay_free(threads: int, taken: int) -> None:
    long = LongRequests("uploads", per_key=100, total=threads_for_long(threads))
    with ExitStack() as held:
        for number in range(taken):
            held.enter_context(long.held(f"key-{number}"))
        with pytest.raises(RateLimited) as refused:
            held.enter_context(long.held("another"))
        assert refused.value.retry_after_seconds >= 1
    with long.held("another"):
        pass


def test_a_key_at_its_limit_leaves_the_others_theirs() -> None:
    long = LongRequests("uploads", per_key=1, total=24)
    with (
        long.held("a"),
        long.held("b"),
        pytest.raises(RateLimited, match="key has 1 uploads"),
        long.held("a"),
    ):
        pass


def test_an_answer_counts_until_it_is_closed_or_fails_to_be_made() -> None:
    long = LongRequests("uploads", per_key=1, total=24)
    response = long.answer("a", lambda: Response("x"))
    with pytest.raises(RateLimited):
        long.answer("a", lambda: Response("y"))
    response.close()

    def fail() -> Response:
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            long.answer("a", fail)
    long.answer("a", lambda: Response("z")).close()


def test_turns_come_in_order_and_one_that_must_wait_for_its_key_lets_others_pass() -> None:
    long = LongRequests("uploads", per_key=1, total=2)
    came: list[str] = []

    async def wait(name: str, key_id: str) -> None:
        await long.turn(key_id)
        came.append(name)

    async def play() -> None:
        await wait("first of a", "a")
        waiting = [asyncio.create_task(wait(f"second of {key}", key)) for key in ("a", "b")]
        await asyncio.sleep(0.01)
        assert came == ["first of a", "second of b"]
        with pytest.raises(RateLimited):
            long.held("c").__enter__()
        long.end("b")
        with long.held("c"):
            long.end("a")
            await asyncio.gather(*waiting)
        assert came[2:] == ["second of a"]

    asyncio.run(play())


def test_a_turn_that_is_given_up_is_another_ones_also_where_it_has_just_come() -> None:
    long = LongRequests("uploads", per_key=1, total=1)

    async def play() -> None:
        await long.turn("a")
        given_up, just_come, last = [asyncio.create_task(long.turn(key)) for key in ("b", "c", "d")]
        await asyncio.sleep(0.01)
        given_up.cancel()
        await asyncio.sleep(0.01)
        long.end("a")
        just_come.cancel()
        await asyncio.wait_for(last, 5)
        long.end("d")
        with long.held("e"):
            pass

    asyncio.run(play())
