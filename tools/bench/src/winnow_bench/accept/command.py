"""The command: asks the gateway for empty drills, at a fixed rate and as fast as it goes, in turn with bare sends.

The clients are threads in a process of their own, each with one kept connection. Only what acceptance needs runs: the
gateway, the servers and index, which stores that each job was accepted; the workers stand still, so that the jobs wait
in their lane, as those of the stock side wait in their queue. ``--workers`` lets them run beside it.
"""

import argparse
import dataclasses
import functools
import os
from collections.abc import Callable
from pathlib import Path

from winnow_bench.accept.drill_client import DrillClient
from winnow_bench.accept.figures import Acceptance, Turn, acceptance, table
from winnow_bench.accept.loops import Client, closed_loop, in_another_process, open_loop
from winnow_bench.accept.stock_sender import StockSender
from winnow_bench.bench_home import bench_home
from winnow_bench.measures import spent
from winnow_bench.results import add_result_arguments, write_result
from winnow_bench.usual_stack import UsualStack
from winnow_cli.output import say
from winnow_harness.usage import usages

WORKERS = ("media", "media-examine", "ai")
CLIENTS = "clients"
_WARM_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench accept``."""
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="length of a loop (%(default)s)")
    parser.add_argument("--rate", type=float, default=300.0, metavar="N", help="the open loop's rate (%(default)s/s)")
    parser.add_argument("--clients", type=int, default=16, metavar="N", help="connections (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each side (%(default)s)")
    parser.add_argument("--workers", action="store_true", help="let the workers work off what is accepted meanwhile")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("accept") as (home, progress):
        found = measure(home, arguments, progress)
    say(table(found))
    options = {name: getattr(arguments, name) for name in ("seconds", "rate", "clients", "workers")}
    write_result(arguments, "accept", {**options, **{name: dataclasses.asdict(one) for name, one in found.items()}})
    return 0


def measure(home: Path, options: argparse.Namespace, progress: Callable[[str], None]) -> dict[str, Acceptance]:
    """The acceptance of each side under each loop, after a warm-up of both sides."""
    stack = UsualStack(home / "stack")
    try:
        progress("starting the stack")
        stack.start(without=() if options.workers else WORKERS)
        # How each side connects a client, and how many jobs each of its answers accepts.
        sides: dict[str, tuple[Callable[[], Client], int]] = {
            "stock send": (functools.partial(StockSender, stack.amqp_url), 1),
            "Winnow": (functools.partial(DrillClient, stack.gateway_url, stack.key), 1),
        }
        loops = {
            f"at {options.rate:.0f}/s": functools.partial(
                in_another_process, open_loop, per_second=options.rate, clients=options.clients
            ),
            "as fast as it goes": functools.partial(in_another_process, closed_loop, clients=options.clients),
        }
        turns: dict[str, list[Turn]] = {f"{side}, {loop}": [] for loop in loops for side in sides}
        for connect, _ in sides.values():
            in_another_process(closed_loop, connect, clients=options.clients, seconds=_WARM_SECONDS)
        for number in range(options.rounds):
            for loop, answered in loops.items():
                for side, (connect, jobs) in sides.items():
                    progress(f"round {number + 1} of {options.rounds}: {side}, {loop}")
                    roots = {CLIENTS: os.getpid(), **stack.process_ids()}
                    before = usages(roots)
                    answers = answered(connect, seconds=options.seconds)
                    cpu_ms = spent(before, usages(roots), len(answers.waits_ms) * jobs)
                    turns[f"{side}, {loop}"].append(Turn(answers=answers, jobs=jobs, cpu_ms=cpu_ms))
    finally:
        stack.close()
    return {name: acceptance(each) for name, each in turns.items()}
