"""The command: one client enqueues job after job beside a frozen worker, then workers drain empty tasks, in turns."""

import argparse
import dataclasses
from collections.abc import Callable
from pathlib import Path

from winnow_bench.bench_home import bench_home
from winnow_bench.designs.figures import Measured, acceptance, table
from winnow_bench.pair.processes import Process
from winnow_bench.peers.bodies import Bodies
from winnow_bench.peers.field import Field
from winnow_bench.peers.servers import Servers
from winnow_bench.peers.side import Side
from winnow_bench.peers.systems import DESIGNS, WINNOW, System
from winnow_bench.peers.winnow_sides import gateway_side
from winnow_bench.results import add_result_arguments, write_result
from winnow_cli.output import say

_FIRST = 10
"""Acceptances that do not count: connections are opened by them."""
_END_SECONDS = 120


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench designs``."""
    parser.add_argument("--accepted", type=int, default=200, metavar="N", help="acceptances a round (%(default)s)")
    parser.add_argument("--tasks", type=int, default=600, metavar="N", help="tasks a drain (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of all systems (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("designs") as (home, progress):
        found, absent = measure(home, arguments, progress)
    say(table(found, absent))
    options = {name: getattr(arguments, name) for name in ("accepted", "tasks", "rounds")}
    systems = [dataclasses.asdict(one) for one in found]
    write_result(arguments, "designs", {**options, "systems": systems, "absent": absent})
    return 0


def measure(
    home: Path,
    options: argparse.Namespace,
    progress: Callable[[str], None],
    systems: tuple[System, ...] = DESIGNS,
) -> tuple[list[Measured], dict[str, str]]:
    """What was found of each system, Winnow first, and why others are absent."""
    servers = Servers(home / "stack", gateway=True)
    waits_ms: dict[System, list[list[float]]] = {system: [] for system in (WINNOW, *systems)}
    try:
        progress("starting the servers")
        servers.start()
        field = Field(servers, home / "sides", progress, gateway_side)
        field.set_up(list(waits_ms))

        def accept(system: System, side: Side, worker: Process, bodies: Bodies) -> None:
            with worker.frozen():
                accepted = side.accept(field.jobs(_FIRST + options.accepted))
            bodies.wait(accepted.jobs, _END_SECONDS)
            waits_ms[system].append(list(accepted.waits_ms[_FIRST:]))

        for number in range(options.rounds):
            field.drain(f"round {number + 1} of {options.rounds}", options.tasks, accept)
    finally:
        servers.close()
    found = [
        Measured(
            name=system.name,
            store=system.store,
            settings=system.settings,
            acceptance=acceptance(waits_ms[system], waits_ms[WINNOW]),
            rates=field.rates(system),
        )
        for system in field.systems
    ]
    return found, field.absent
