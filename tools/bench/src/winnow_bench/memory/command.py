"""The command: lets both workers drain full queues in turn, and looks at their memory meanwhile."""

import argparse
import dataclasses
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from winnow_bench.bench_home import bench_home
from winnow_bench.memory.figures import Comparison, Drain, compare, table
from winnow_bench.pair.beside_index import beside_index
from winnow_bench.pair.processes import Process
from winnow_bench.pair.sending import stock_task, winnow_task
from winnow_bench.pair.sides import Sides, new_names
from winnow_bench.results import add_result_arguments, write_result
from winnow_chassis.broker.messages import Outbound
from winnow_cli.output import say
from winnow_contracts.errors import TimedOut
from winnow_harness.usage import usages

WINNOW, STOCK = "Winnow", "stock Dramatiq"
_LOOK_SECONDS = 0.1
_REST_SECONDS = 10.0
"""How long a worker rests after a drain: its last events are applied then, and its commands pruned."""
_LIMIT_SECONDS = 600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench memory``."""
    parser.add_argument("--tasks", type=int, default=10_000, metavar="N", help="queued tasks a drain (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="drains of each side (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("memory") as (home, progress):
        found = measure(home, tasks=arguments.tasks, rounds=arguments.rounds, progress=progress)
    say(table(found))
    write_result(arguments, "memory", dataclasses.asdict(found))
    return 0


def measure(home: Path, *, tasks: int, rounds: int, progress: Callable[[str], None]) -> Comparison:
    """The memory of both workers over ``rounds`` drains of ``tasks`` queued tasks each."""
    drains: dict[str, list[Drain]] = {WINNOW: [], STOCK: []}
    progress("starting the servers and both workers")
    with beside_index(home) as sides:
        workers = {WINNOW: sides.winnow, STOCK: sides.stock}
        for number in range(rounds):
            for side, worker in workers.items():
                progress(f"round {number + 1} of {rounds}: {side}")
                names = new_names(tasks)
                messages = (
                    map(winnow_task, names) if side == WINNOW else (stock_task(sides.actors[0], name) for name in names)
                )
                drains[side].append(_drain(sides, worker, names, messages))
        processes = {side: usages({side: worker.pid})[side].processes for side, worker in workers.items()}
    return compare(drains, processes, tasks=tasks)


def _drain(sides: Sides, worker: Process, names: Sequence[str], messages: Iterable[Outbound]) -> Drain:
    before_bytes = _pss_bytes(worker)
    with worker.frozen():
        sides.sending.send(messages)
    peak_bytes, until = before_bytes, time.monotonic() + _LIMIT_SECONDS
    while set(names) - sides.marks.seen().keys():
        if time.monotonic() > until:
            raise TimedOut(f"A worker did not drain {len(names)} tasks within {_LIMIT_SECONDS} s.")
        peak_bytes = max(peak_bytes, _pss_bytes(worker))
        time.sleep(_LOOK_SECONDS)
    time.sleep(_REST_SECONDS)
    return Drain(before_bytes=before_bytes, peak_bytes=peak_bytes, after_bytes=_pss_bytes(worker))


def _pss_bytes(worker: Process) -> int:
    return usages({"worker": worker.pid})["worker"].pss_bytes
