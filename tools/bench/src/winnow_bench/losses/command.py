"""The command: each fault strikes each system once, in the middle of chains whose tasks take 50 ms."""

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from winnow_bench.bench_home import bench_home
from winnow_bench.losses.blow import Blow, blow
from winnow_bench.losses.faults import FAULTS, Fault
from winnow_bench.losses.figures import Struck, table
from winnow_bench.peers.field import Field
from winnow_bench.peers.servers import Servers
from winnow_bench.peers.side import Side
from winnow_bench.peers.systems import DESIGNS, WINNOW, System
from winnow_bench.peers.winnow_sides import gateway_side
from winnow_bench.results import add_result_arguments, write_result
from winnow_cli.output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench losses``."""
    parser.add_argument("--jobs", type=int, default=80, metavar="N", help="chains of three tasks (%(default)s)")
    parser.add_argument(
        "--patience-seconds",
        type=float,
        default=40.0,
        metavar="S",
        help="after so long without a beginning or an end, what is left is lost (%(default)s)",
    )
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("losses") as (home, progress):
        found, absent = measure(home, arguments, progress)
    say(table(found, absent))
    options = {name: getattr(arguments, name) for name in ("jobs", "patience_seconds")}
    systems = [dataclasses.asdict(one) for one in found]
    write_result(arguments, "losses", {**options, "systems": systems, "absent": absent})
    return 0


def measure(
    home: Path,
    options: argparse.Namespace,
    progress: Callable[[str], None],
    systems: Sequence[System] = DESIGNS,
) -> tuple[list[Struck], dict[str, str]]:
    """What each fault cost each system, Winnow first, and why others are absent."""
    servers = Servers(home / "stack", gateway=True)
    costs: dict[System, dict[str, Blow]] = {system: {} for system in (WINNOW, *systems)}
    try:
        progress("starting the servers")
        servers.start()
        field = Field(servers, home / "sides", progress, gateway_side)
        field.set_up(list(costs))

        def strike(name: str, fault: Fault, system: System, side: Side) -> None:
            if fault.hits(system):
                jobs = field.jobs(options.jobs)
                costs[system][name] = blow(
                    fault, side, system, servers, jobs, patience_seconds=options.patience_seconds
                )

        for name, fault in FAULTS.items():
            field.each(name, partial(strike, name, fault))
    finally:
        servers.close()
    found = [
        Struck(name=system.name, store=system.store, settings=system.settings, faults=costs[system])
        for system in field.systems
    ]
    return found, field.absent
