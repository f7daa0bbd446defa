"""``winnow bench``: compares with the stock library and the bare tools; measures search, the idle stack, the codec."""

import argparse
import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

from winnow_cli.output import say
from winnow_contracts.errors import Misconfigured
from winnow_harness.bench import codec, folder, meaning, prepare, rest
from winnow_harness.bench.side_by_side import table
from winnow_harness.bench.stock import SAME_FAULTS, run_stock
from winnow_harness.bench.tasks import command as tasks
from winnow_harness.bench.written_figures import read_figures
from winnow_harness.chaos.faults.table import chosen_faults
from winnow_harness.chaos.progress import RunProgress
from winnow_harness.chaos.report import as_json
from winnow_harness.chaos.run import Order
from winnow_harness.chaos.run import run as run_order
from winnow_local.foreground import end_on_signals
from winnow_local.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench``."""
    benches = parser.add_subparsers(dest="bench", required=True, metavar="BENCH")
    of_folder = benches.add_parser("folder", help="a folder of recordings, beside bare ffmpeg and faster-whisper")
    folder.add_arguments(of_folder)
    of_folder.set_defaults(measure=folder.run)
    found = benches.add_parser("meaning", help="how often the embedding models put the right passage first; floors")
    meaning.add_arguments(found)
    found.set_defaults(measure=meaning.run)
    at_rest = benches.add_parser("rest", help="processor and memory of each part of the running stack")
    rest.add_arguments(at_rest)
    at_rest.set_defaults(measure=rest.run)
    of_one = benches.add_parser("prepare", help="one large recording prepared, beside bare ffmpeg and the bare store")
    prepare.add_arguments(of_one)
    of_one.set_defaults(measure=prepare.run)
    of_codec = benches.add_parser("codec", help="messages and events written and read, beside plain reflection")
    codec.add_arguments(of_codec)
    of_codec.set_defaults(measure=codec.run)
    of_tasks = benches.add_parser("tasks", help="jobs of three empty tasks, beside stock Dramatiq on the same broker")
    tasks.add_arguments(of_tasks)
    of_tasks.set_defaults(measure=tasks.run)
    stock = benches.add_parser("stock", help="stock Dramatiq under the faults of a chaos run: lost and repeated tasks")
    stock.set_defaults(measure=_run_stock)
    stock.add_argument("--seed", type=int, default=1)
    stock.add_argument("--tasks", type=int, default=1500, metavar="N")
    stock.add_argument("--minutes", type=float, default=2.0, metavar="M", help="how long faults strike")
    stock.add_argument("--settle", type=float, default=120.0, metavar="SECONDS", help="how long tasks may take to end")
    stock.add_argument("--faults", default=",".join(SAME_FAULTS), metavar="A,B,…", help="of %(default)s")
    stock.add_argument("--wiped", action="store_true", help="with the broker's data lost once, too")
    stock.add_argument("--ours", type=Path, metavar="PATH", help="JSON of a chaos run to compare with; none: run one")
    stock.add_argument("--json", type=Path, metavar="PATH", help="write both counts here")


def run(arguments: argparse.Namespace) -> int:
    """Runs the chosen bench."""
    code: int = arguments.measure(arguments)
    return code


def _run_stock(arguments: argparse.Namespace) -> int:
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
