"""The command: lets both workers drain full queues in turn, on one broker, and prints medians and ratios.

A drain: a worker that runs and is warm is frozen, its first queue is filled with persistent messages, each confirmed,
and the worker is let go. Its time ends with the start of the last task. Queues are as each side declares them: quorum
queues for Winnow, durable classic ones for stock Dramatiq; on one broker both keep what they confirmed over its death.

The Winnow worker records and publishes its events as ever. ``--history applied``, the default, gives it an index that
answers each batch at once and stores nothing: the node does all of its own work, and what index costs is not measured
here. ``--history kept`` is the node's work while index is away: events stay in index's queue, commands in the journal.
"""

import argparse
import dataclasses
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from winnow_bench.bench_home import bench_home
from winnow_bench.measures import spent
from winnow_bench.pair.processes import Process, start_applying
from winnow_bench.pair.sending import stock_task, winnow_task
from winnow_bench.pair.sides import Sides, both_sides, new_names
from winnow_bench.results import add_result_arguments, write_result
from winnow_bench.worker.figures import Comparison, Drain, compare, table
from winnow_chassis.broker.messages import Outbound
from winnow_cli.output import say
from winnow_harness.fixtures.servers import RabbitFixture
from winnow_harness.usage import usages

KINDS = {"single tasks": 0, "chains of three": 2}
"""How many tasks follow each one that is sent."""
HISTORIES = ("applied", "kept")
_WARM = 200
_SETTLED_SECONDS = 1.5
"""How long the last events and acks of a drain may take; they belong to its cost."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench worker``."""
    parser.add_argument("--tasks", type=int, default=3_000, metavar="N", help="tasks a drain (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each side (%(default)s)")
    parser.add_argument("--history", choices=HISTORIES, default="applied", help="what index does (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("worker") as (home, progress):
        found = measure(
            home, tasks=arguments.tasks, rounds=arguments.rounds, history=arguments.history, progress=progress
        )
    say(table(found))
    figures = {kind: dataclasses.asdict(one) for kind, one in found.items()}
    write_result(arguments, "worker", {"history": arguments.history, **figures})
    return 0


def measure(
    home: Path, *, tasks: int, rounds: int, history: str, progress: Callable[[str], None]
) -> dict[str, Comparison]:
    """The comparison of each kind of work, after a warm-up of both sides."""
    ours: dict[str, list[Drain]] = {kind: [] for kind in KINDS}
    stock: dict[str, list[Drain]] = {kind: [] for kind in KINDS}
    with ExitStack() as opened:
        progress("starting broker and workers")
        rabbit = RabbitFixture(home / "rabbit")
        opened.callback(rabbit.close)
        rabbit.start()
        if history == "applied":
            opened.callback(start_applying(rabbit.url, home).end)
        sides = opened.enter_context(both_sides(rabbit.url, home / "sides"))
        for number in range(rounds + 1):
            for kind, follow in KINDS.items():
                progress(f"round {number} of {rounds}: {kind}")
                jobs = (tasks if number else _WARM) // (follow + 1)
                theirs, mine = _in_turn(sides, rabbit.pid, jobs, follow)
                if number:
                    stock[kind].append(theirs)
                    ours[kind].append(mine)
    return {kind: compare(ours[kind], stock[kind]) for kind in KINDS}


def _in_turn(sides: Sides, broker_pid: int, jobs: int, follow: int) -> tuple[Drain, Drain]:
    names = new_names(jobs)
    messages = [stock_task(sides.actors[0], name, follow=follow) for name in names]
    stock = _drain(sides, sides.stock, broker_pid, names, messages, follow)
    names = new_names(jobs)
    messages = [winnow_task(name, follow=follow) for name in names]
    return stock, _drain(sides, sides.winnow, broker_pid, names, messages, follow)


def _drain(
    sides: Sides, worker: Process, broker_pid: int, names: Sequence[str], messages: Sequence[Outbound], follow: int
) -> Drain:
    roots = {"worker": worker.pid, "rabbitmq": broker_pid}
    with worker.frozen():
        sides.sending.send(messages)
        before, began_ns = usages(roots), time.monotonic_ns()
    last_ns = max(sides.marks.wait(names).values())
    time.sleep(_SETTLED_SECONDS)
    tasks = len(names) * (follow + 1)
    return Drain(tasks=tasks, seconds=(last_ns - began_ns) / 1e9, cpu_ms=spent(before, usages(roots), tasks))
