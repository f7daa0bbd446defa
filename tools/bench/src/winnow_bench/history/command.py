"""The command: fills a PostgreSQL of its own with history, and times what operators read of it."""

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from winnow_base.http.internal_clients import IndexClient
from winnow_bench.bench_home import bench_home
from winnow_bench.history.filling import database_bytes, fill, sum_hours
from winnow_bench.history.reads import Read, reads
from winnow_bench.measures import quantile
from winnow_bench.results import add_result_arguments, write_result
from winnow_cli.output import say
from winnow_harness.fixtures.stack import StackFixture

_PARTS = ("postgres", "rabbitmq", "s3", "index", "index-api")


@dataclass(frozen=True, kw_only=True)
class History:
    """What was filled, and how long each read took: milliseconds, half of them and 95 % at most."""

    rows: int
    rounds: int
    fill_seconds: float
    sum_seconds: float
    database_bytes: int
    reads_ms: dict[str, tuple[float, float]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench history``."""
    parser.add_argument("--rows", type=int, default=500_000, metavar="N", help="tasks in the history (%(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=20, metavar="N", help="how often each read is asked (%(default)s)"
    )
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("history") as (home, progress):
        found = measure(home, rows=arguments.rows, rounds=arguments.rounds, progress=progress)
    say(table(found))
    write_result(arguments, "history", asdict(found))
    return 0


def measure(home: Path, *, rows: int, rounds: int, progress: Callable[[str], None]) -> History:
    """Fills the history of a fresh stack in ``home``, and asks every read ``rounds`` times."""
    stack = StackFixture(home)
    try:
        progress("starting PostgreSQL and index")
        stack.start(only=_PARTS)
        progress(f"filling {rows:,} tasks")
        fill_seconds = fill(stack, rows)
        progress("summing the hours")
        sum_seconds = sum_hours(stack)
        return History(
            rows=rows,
            rounds=rounds,
            fill_seconds=round(fill_seconds, 1),
            sum_seconds=round(sum_seconds, 1),
            database_bytes=database_bytes(stack),
            reads_ms=timed(stack.index, reads(), rounds=rounds, progress=progress),
        )
    finally:
        stack.close()


def timed(
    index: IndexClient, asked: Mapping[str, Read], *, rounds: int, progress: Callable[[str], None]
) -> dict[str, tuple[float, float]]:
    """Half and 95 % of the times of each read in milliseconds, as its caller waits; its first time is left out."""
    found = {}
    for name, read in asked.items():
        progress(name)
        read(index)
        times = sorted(_milliseconds(read, index) for _ in range(rounds))
        found[name] = (round(quantile(times, 0.5), 1), round(quantile(times, 0.95), 1))
    return found


def table(found: History) -> str:
    """The reads as a table of text."""
    lines = [
        f"{found.rows:,} tasks, filled in {found.fill_seconds:g} s, summed in {found.sum_seconds:g} s,"
        f" {found.database_bytes / 1e9:.2f} GB;"
        f" each read {found.rounds} times",
        f"{'':<36} {'p50 ms':>9} {'p95 ms':>9}",
    ]
    lines += [f"{name:<36} {p50:>9.1f} {p95:>9.1f}" for name, (p50, p95) in found.reads_ms.items()]
    return "\n".join(lines)


def _milliseconds(read: Read, index: IndexClient) -> float:
    began = time.perf_counter()
    read(index)
    return (time.perf_counter() - began) * 1000
