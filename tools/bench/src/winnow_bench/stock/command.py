"""``winnow bench stock``: stock Dramatiq under the faults of a chaos run; lost and repeated tasks of both."""

import argparse
import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

from winnow_bench.stock.run import SAME_FAULTS, run_stock
from winnow_bench.stock.side_by_side import table
from winnow_bench.written_figures import read_figures
from winnow_cli.output import say
from winnow_contracts.errors import Misconfigured
from winnow_harness.chaos.faults.table import chosen_faults
from winnow_harness.chaos.progress import RunProgress
from winnow_harness.chaos.report import as_json
from winnow_harness.chaos.run import Order
from winnow_harness.chaos.run import run as run_order
from winnow_local.foreground import end_on_signals
from winnow_local.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench stock``."""
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tasks", type=int, default=1500, metavar="N")
    parser.add_argument("--minutes", type=float, default=2.0, metavar="M", help="how long faults strike")
    parser.add_argument("--settle", type=float, default=120.0, metavar="SECONDS", help="how long tasks may take to end")
    parser.add_argument("--faults", default=",".join(SAME_FAULTS), metavar="A,B,…", help="of %(default)s")
    parser.add_argument("--wiped", action="store_true", help="with the broker's data lost once, too")
    parser.add_argument("--ours", type=Path, metavar="PATH", help="JSON of a chaos run to compare with; none: run one")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write both counts here")


def run(arguments: argparse.Namespace) -> int:
    """Runs both and prints them side by side."""
    names = arguments.faults.split(",")
    if unknown := sorted(set(names) - set(SAME_FAULTS)):
        raise Misconfigured(f"Both cannot be struck with {unknown[0]!r}.", hint=f"Choose of {', '.join(SAME_FAULTS)}.")
    faults = chosen_faults([*names, "broker_wiped"] if arguments.wiped else names)
    home = read_settings().home.root / "bench"
    shutil.rmtree(home, ignore_errors=True)
    end_on_signals()
    progress = RunProgress()
    try:
        stock = run_stock(
            home / "stock",
            faults,
            seed=arguments.seed,
            tasks=arguments.tasks,
            minutes=arguments.minutes,
            settle_seconds=arguments.settle,
            progress=progress,
        )
        ours = read_figures(arguments.ours) if arguments.ours else _run_ours(arguments, faults, home, progress)
    finally:
        progress.end()
    say(table(stock, ours))
    if arguments.json:
        both = {"stock": dataclasses.asdict(stock), "winnow": ours}
        arguments.json.write_text(json.dumps(both, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(home, ignore_errors=True)
    return 0


def _run_ours(arguments: argparse.Namespace, faults: Any, home: Path, progress: RunProgress) -> dict[str, Any]:
    order = Order(
        seed=arguments.seed,
        tasks=arguments.tasks,
        minutes=arguments.minutes,
        faults=faults,
        scale={"media": 2, "ai": 2, "index": 2},
        recordings=0,
        settle_seconds=arguments.settle,
        heavy=True,
    )
    result = run_order(order, home / "winnow", lambda line: None, progress)
    return as_json(result.ledger, result.conditions)
