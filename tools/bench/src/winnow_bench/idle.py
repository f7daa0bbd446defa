"""``winnow bench idle``: processor time of one worker process that has nothing to do, beside a stock one."""

import argparse
import dataclasses
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow_bench.bench_home import bench_home
from winnow_bench.pair.beside_index import beside_index
from winnow_bench.rest import AtRest, at_rest
from winnow_bench.results import add_result_arguments, write_result
from winnow_cli.output import say
from winnow_harness.usage import usages

WINNOW, STOCK = "Winnow", "stock Dramatiq"
_SETTLE_SECONDS = 10.0
"""How long after their first task the workers are left alone: what a start brings about has ended by then."""


@dataclass(frozen=True, kw_only=True)
class Idle:
    """One worker with its children: median and extremes of its share of one core, in percent, and memory at the end."""

    processes: int
    cpu_percent: float
    cpu_percent_spread: tuple[float, float]
    pss_bytes: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench idle``."""
    parser.add_argument("--seconds", type=float, default=60.0, metavar="S", help="how long a round is (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of both workers (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("idle") as (home, progress):
        found = measure(home, seconds=arguments.seconds, rounds=arguments.rounds, progress=progress)
    say(table(found))
    figures = {name: dataclasses.asdict(one) for name, one in found.items()}
    write_result(arguments, "idle", {"seconds": arguments.seconds, "rounds": arguments.rounds, "sides": figures})
    return 0


def measure(home: Path, *, seconds: float, rounds: int, progress: Callable[[str], None]) -> dict[str, Idle]:
    """Both workers over the same ``seconds``, ``rounds`` times: what hinders one then hinders the other."""
    seen: list[dict[str, AtRest]] = []
    progress("starting the servers and both workers")
    with beside_index(home) as sides:
        roots = {WINNOW: sides.winnow.pid, STOCK: sides.stock.pid}
        time.sleep(_SETTLE_SECONDS)
        for number in range(rounds):
            progress(f"round {number + 1} of {rounds}")
            before, began = usages(roots), time.monotonic()
            time.sleep(seconds)
            rows = at_rest(before, usages(roots), time.monotonic() - began)
            seen.append({row.name: row for row in rows})
    return {name: _idle([one[name] for one in seen]) for name in (WINNOW, STOCK)}


def table(found: Mapping[str, Idle]) -> str:
    """The sides as a table of text."""
    lines = [f"{'':<16} {'processes':>9} {'% of a core':>11} {'from':>6} {'to':>6} {'MB (PSS)':>9}"]
    lines += [
        f"{name:<16} {one.processes:>9} {one.cpu_percent:>11.2f} {one.cpu_percent_spread[0]:>6.2f}"
        f" {one.cpu_percent_spread[1]:>6.2f} {one.pss_bytes / 1_000_000:>9.1f}"
        for name, one in found.items()
    ]
    return "\n".join(lines)


def _idle(rounds: Sequence[AtRest]) -> Idle:
    shares = [one.cpu_percent for one in rounds]
    return Idle(
        processes=rounds[-1].processes,
        cpu_percent=round(statistics.median(shares), 2),
        cpu_percent_spread=(min(shares), max(shares)),
        pss_bytes=rounds[-1].pss_bytes,
    )
