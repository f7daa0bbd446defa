"""``winnow chaos``: real faults under real load, and a ledger of what happened to every job."""

import argparse
import dataclasses
import sys
from pathlib import Path

from winnow_contracts.errors import Misconfigured
from winnow_harness.chaos.checker import check
from winnow_harness.chaos.disks import take_own_mounts
from winnow_harness.chaos.faults.table import FAULTS, chosen_faults
from winnow_harness.chaos.history import as_json_lines
from winnow_harness.chaos.kept import STDOUT, Kept
from winnow_harness.chaos.pairs import as_markdown as pairs_as_markdown
from winnow_harness.chaos.pairs import run_pairs
from winnow_harness.chaos.progress import RunProgress
from winnow_harness.chaos.report import as_json, as_markdown
from winnow_harness.chaos.run import Order
from winnow_harness.chaos.run import run as run_order
from winnow_local.foreground import end_on_signals
from winnow_local.scale import parse_scale
from winnow_local.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``chaos``."""
    parser.add_argument("--seed", type=int, default=1, help="the same seed plans the same faults and the same load")
    parser.add_argument("--tasks", type=int, default=1500, metavar="N", help="drills to ask for")
    parser.add_argument("--minutes", type=float, default=5.0, metavar="M", help="how long faults strike")
    parser.add_argument("--recordings", type=int, default=6, metavar="K", help="real recordings besides")
    parser.add_argument("--faults", default="", metavar="A,B,…", help=f"only these; all are {','.join(FAULTS)}")
    parser.add_argument(
        "--scale",
        nargs="+",
        default=["media=2", "ai=2", "index=2"],
        metavar="WORKER=N",
        help="nodes of a worker; two of media, ai and index unless told otherwise",
    )
    parser.add_argument(
        "--settle",
        type=float,
        default=180.0,
        metavar="SECONDS",
        help="how long jobs may take to end after the last fault",
    )
    parser.add_argument("--pairs", action="store_true", help="instead: kill at every two failpoints, one by one")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="with --pairs: begin after so many of them")
    parser.add_argument("--most", type=int, metavar="N", help="with --pairs: end after so many of them")
    parser.add_argument("--keep", action="store_true", help="leave logs and journals of a good run too")
    parser.add_argument(
        "--json",
        nargs="?",
        type=Path,
        const=STDOUT,
        metavar="PATH",
        help="write every figure here too; without a path or with -, to stdout, and all else to stderr",
    )
    parser.add_argument("--markdown", type=Path, metavar="PATH", help="write the report here too")
    parser.add_argument(
        "--history", type=Path, metavar="PATH", help="write the history here too, as docs/history-format.md defines it"
    )


def run(arguments: argparse.Namespace) -> int:
    """Runs, reports, and has the checker count again. Raises Misconfigured for options that do not go together.

    Returns 1 if a job was lost, applied twice or ended otherwise than requested, PostgreSQL's history is not what ran,
    or the checker disagrees; else 0.
    """
    if arguments.pairs and arguments.history:
        raise Misconfigured("Kills at pairs of failpoints have no history.", hint="Leave out --history or --pairs.")
    if arguments.pairs:
        return _run_pairs(arguments)
    faults = chosen_faults(filter(None, arguments.faults.split(",")))
    if any(fault.disk_of for fault in faults):
        take_own_mounts([sys.executable, "-m", "winnow_cli.main", *sys.argv[1:]])
    order = Order(
        seed=arguments.seed,
        tasks=arguments.tasks,
        minutes=arguments.minutes,
        faults=faults,
        scale=parse_scale(arguments.scale),
        recordings=arguments.recordings,
        settle_seconds=arguments.settle,
    )
    kept = _kept(arguments, f"seed-{order.seed}")
    end_on_signals()
    progress = RunProgress()
    kept.tell(f"Starting a world of its own in {kept.world} ...")
    try:
        result = run_order(order, kept.world, kept.tell, progress)
    finally:
        progress.end()
    verdict = check(kept.history(as_json_lines(result.history, FAULTS)), result.ledger)
    markdown = as_markdown(result.ledger, result.conditions, FAULTS, result.picture, verdict)
    figures = {**as_json(result.ledger, result.conditions), "history": verdict.history, "checker": verdict.as_json()}
    kept.report(figures, markdown)
    is_good = result.ledger.is_good and verdict.is_good
    kept.leave(with_world=arguments.keep or not is_good)
    return 0 if is_good else 1


def _run_pairs(arguments: argparse.Namespace) -> int:
    kept = _kept(arguments, "pairs")
    end_on_signals()
    progress = RunProgress()
    try:
        done = run_pairs(kept.world, progress, first=arguments.first, most=arguments.most)
    finally:
        progress.end()
    wrong = any(one.wrong for one in done)
    kept.report([dataclasses.asdict(one) for one in done], pairs_as_markdown(done))
    kept.leave(with_world=arguments.keep or wrong)
    return 1 if wrong else 0


def _kept(arguments: argparse.Namespace, name: str) -> Kept:
    folder = read_settings().home.root / "chaos" / name
    kept = Kept(folder, json_file=arguments.json, markdown_file=arguments.markdown, history_file=arguments.history)
    kept.begin()
    return kept
