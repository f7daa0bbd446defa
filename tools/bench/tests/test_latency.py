"""The bench of latency: its quantiles, its table, and its turns."""

import time
from collections.abc import Collection
from types import SimpleNamespace

import pytest

from winnow_bench.latency.command import in_turn
from winnow_bench.latency.figures import latency, table


def test_the_quantiles_are_of_all_waits_in_any_order() -> None:
    found = latency([float(number) for number in reversed(range(100))])
    assert (found.samples, found.p50_ms, found.p99_ms, found.most_ms) == (100, 50.0, 99.0, 99.0)
    assert table({"published, Winnow": found}).splitlines()[1].split()[-4:] == ["100", "50.00", "99.00", "99.00"]


def test_the_ways_take_turns_at_their_time_and_a_wait_counts_from_the_call() -> None:
    sent: list[tuple[str, int]] = []

    def sender(name: str) -> tuple[str, int]:
        sent.append((f"{name}{len(sent)}", time.monotonic_ns()))
        return sent[-1]

    class Marks:
        """Each body began 3 ms after its task was sent."""

        def wait(self, names: Collection[str], limit_seconds: float) -> dict[str, int]:
            at_ns = dict(sent)
            return {name: at_ns[name] + 3_000_000 for name in names}

    sides = SimpleNamespace(marks=Marks())
    ways = {"a": lambda: sender("a"), "b": lambda: sender("b")}
    waits_ms = in_turn(sides, ways, samples=3, every_seconds=0.02)  # type: ignore[arg-type]
    assert [name[0] for name, _ in sent] == ["a", "b"] * 3
    assert sent[-1][1] - sent[0][1] >= 60e6  # of 100, as the first may be late
    assert waits_ms == {"a": [pytest.approx(3.0)] * 3, "b": [pytest.approx(3.0)] * 3}
