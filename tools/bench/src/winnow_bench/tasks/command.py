"""The command: runs both sides in turn on one broker, and prints medians and ratios."""

import argparse
import dataclasses
import os
import time
from pathlib import Path

from winnow_bench.bench_home import bench_home
from winnow_bench.measures import spent
from winnow_bench.results import add_result_arguments, write_result
from winnow_bench.tasks.figures import Comparison, Round, compare, table
from winnow_bench.tasks.stock_side import StockSide
from winnow_bench.tasks.winnow_side import send_drills, send_from_another_process, wait_for_ends
from winnow_bench.usual_stack import UsualStack
from winnow_cli.output import say
from winnow_harness.chaos.progress import RunProgress
from winnow_harness.usage import usages

_WARM = 30
_SETTLED_SECONDS = 1.5
"""How long the last events of a round may take to be stored; that belongs to its cost."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench tasks``."""
    parser.add_argument("--jobs", type=int, default=400, metavar="N", help="jobs a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each side (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("tasks") as (home, progress):
        found = measure(home, jobs=arguments.jobs, rounds=arguments.rounds, progress=progress)
    say(table(found))
    write_result(arguments, "tasks", dataclasses.asdict(found))
    return 0


def measure(home: Path, *, jobs: int, rounds: int, progress: RunProgress) -> Comparison:
    """Runs the rounds of both sides in turn, after a warm-up of both."""
    stack = UsualStack(home / "stack")
    ours: list[Round] = []
    stock: list[Round] = []
    try:
        progress("starting the stack")
        stack.start()
        with StockSide(stack.amqp_url, home / "stock") as other:
            other.run(_WARM)
            wait_for_ends(stack, send_drills(stack.gateway_url, stack.key, _WARM)[0])
            for number in range(rounds):
                progress(f"round {number + 1} of {rounds}: stock")
                stock.append(_stock_round(stack, other, jobs))
                progress(f"round {number + 1} of {rounds}: Winnow")
                ours.append(_round(stack, jobs))
    finally:
        stack.close()
    return compare(ours, stock)


def _round(stack: UsualStack, jobs: int) -> Round:
    roots = stack.process_ids()
    before, began = usages(roots), time.monotonic()
    ids, answers = send_from_another_process(stack.gateway_url, stack.key, jobs)
    wait_for_ends(stack, ids)
    seconds = time.monotonic() - began
    time.sleep(_SETTLED_SECONDS)
    cpu_ms = spent(before, usages(roots), jobs)
    return Round(jobs=jobs, seconds=seconds, cpu_ms=cpu_ms, answer_ms=tuple(sorted(one * 1000 for one in answers)))


def _stock_round(stack: UsualStack, other: StockSide, jobs: int) -> Round:
    roots = {"worker": other.pid, "sender": os.getpid(), "rabbitmq": stack.process_ids()["rabbitmq"]}
    before = usages(roots)
    seconds = other.run(jobs)
    return Round(jobs=jobs, seconds=seconds, cpu_ms=spent(before, usages(roots), jobs))
