"""The command: sets each system up, lets all of them drain the same work in turn, and kills the worker of each once.

All use the same RabbitMQ and PostgreSQL, with one worker process of eight threads, or of eight coroutines at once. One
that cannot be installed or run here is named with the reason, and the others go on.
"""

import argparse
import dataclasses
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from winnow_bench.bench_home import bench_home
from winnow_bench.peers.field import Field
from winnow_bench.peers.figures import Compared, table
from winnow_bench.peers.servers import Servers
from winnow_bench.peers.systems import SYSTEMS, WINNOW
from winnow_bench.results import add_result_arguments, write_result
from winnow_cli.output import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench peers``."""
    parser.add_argument("--tasks", type=int, default=3_000, metavar="N", help="tasks a drain (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of all systems (%(default)s)")
    parser.add_argument("--kill-jobs", type=int, default=100, metavar="N", help="chains of the kill (%(default)s)")
    parser.add_argument(
        "--recovery-seconds", type=float, default=100.0, metavar="S", help="how long the rest may take (%(default)s)"
    )
    names = [system.key for system in SYSTEMS]
    parser.add_argument("--only", nargs="+", choices=names, metavar="SYSTEM", help=f"of {', '.join(names)}")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("peers") as (home, progress):
        found, absent = measure(home, arguments, progress)
    say(table(found, absent))
    options = {name: getattr(arguments, name) for name in ("tasks", "rounds", "kill_jobs", "recovery_seconds")}
    systems = [dataclasses.asdict(one) for one in found]
    write_result(arguments, "peers", {**options, "systems": systems, "absent": absent})
    return 0


def measure(
    home: Path, options: argparse.Namespace, progress: Callable[[str], None]
) -> tuple[list[Compared], dict[str, str]]:
    """What was found of each system, Winnow first, and why others are absent."""
    with ExitStack() as opened:
        progress("starting the servers")
        servers = Servers(home / "stack")
        opened.callback(servers.close)
        servers.start()
        others = [one for one in SYSTEMS if not options.only or one.key in options.only]
        field = Field(servers, home / "sides", progress)
        field.set_up([WINNOW, *others])
        for number in range(options.rounds):
            field.drain(f"round {number + 1} of {options.rounds}", options.tasks)
        field.kill(options.kill_jobs, options.recovery_seconds)
    return field.found, field.absent
