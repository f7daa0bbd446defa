from collections.abc import Callable

import pytest

from winnow_contracts.errors import Unavailable
from winnow_local.part import Part
from winnow_local.probes import wait_ready
from winnow_local.starting import start_in_order


def part(name: str, *needs: str) -> Part:
    return Part(name=name, command=(name,), url="", probe=lambda: None, needs=needs)


def test_a_part_starts_after_all_it_needs() -> None:
    order: list[str] = []

    def start(started: Part, check: Callable[[], None]) -> None:
        order.append(started.name)

    start_in_order((part("gateway", "index", "s3"), part("index", "db"), part("db"), part("s3")), start, lambda p: None)
    assert order.index("gateway") == 3
    assert order.index("index") > order.index("db")


def test_a_need_that_was_not_chosen_is_not_waited_for() -> None:
    ready: list[str] = []
    start_in_order((part("index", "db"),), lambda p, check: None, lambda p: ready.append(p.name))
    assert ready == ["index"]


def test_the_first_failure_ends_the_start_and_the_others_hear_of_it() -> None:
    heard: list[str] = []

    def start(started: Part, check: Callable[[], None]) -> None:
        if started.name == "bad":
            raise Unavailable("bad does not start", dependency="bad")

        def never() -> None:
            raise Unavailable("not yet", dependency="slow")

        try:
            wait_ready("slow", never, 20, check)
        except Unavailable as error:
            heard.append(error.detail)
            raise

    with pytest.raises(Unavailable, match="bad does not start"):
        start_in_order((part("slow"), part("bad"), part("later", "bad")), start, lambda p: None)
    import time

    until = time.monotonic() + 30
    while not heard and time.monotonic() < until:
        time.sleep(0.01)
    assert heard == ["The start was given up."]
