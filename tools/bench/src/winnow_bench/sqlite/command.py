"""The command: commits as often in each way, in turn, and prints medians."""

import argparse
import dataclasses
import shutil
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow_bench.results import add_result_arguments, write_result
from winnow_bench.sqlite.commits import WAYS
from winnow_cli.output import say
from winnow_local.settings import read_settings


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to commit: medians over the rounds, for one commit. ``ratio``: how many times the first
    way's speed in the same round."""

    name: str
    wall_ms: float
    wall_ms_spread: tuple[float, float]
    cpu_ms: float
    ratio: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench sqlite``."""
    parser.add_argument("--commits", type=int, default=1_000, metavar="N", help="commits a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds of each way (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    home = read_settings().home.root / "bench-sqlite"
    ways = measure(home, WAYS, commits=arguments.commits, rounds=arguments.rounds)
    say(f"{arguments.commits} commits of one row, {arguments.rounds} rounds of each in turn, medians\n{table(ways)}")
    figures = {
        "commits": arguments.commits,
        "rounds": arguments.rounds,
        "ways": [dataclasses.asdict(way) for way in ways],
    }
    write_result(arguments, "sqlite", figures)
    return 0


def measure(
    home: Path, ways: Mapping[str, Callable[[Path, int], None]], *, commits: int, rounds: int
) -> tuple[Way, ...]:
    """Runs every way once in each round, each in an empty folder below ``home``, on the disk that journals lie on."""
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, commit in ways.items():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            began, cpu_began = time.perf_counter(), time.process_time()
            commit(home, commits)
            seconds = time.perf_counter() - began, time.process_time() - cpu_began
            seen[name].append((seconds[0] * 1000 / commits, seconds[1] * 1000 / commits))
    shutil.rmtree(home)
    return compare(seen)


def compare(seen: Mapping[str, Sequence[tuple[float, float]]]) -> tuple[Way, ...]:
    """The medians of each way, from wall and processor milliseconds a commit by round."""
    first = [wall for wall, _ in next(iter(seen.values()))]
    ways = []
    for name, rounds in seen.items():
        walls = [wall for wall, _ in rounds]
        ways.append(
            Way(
                name=name,
                wall_ms=round(statistics.median(walls), 4),
                wall_ms_spread=(round(min(walls), 4), round(max(walls), 4)),
                cpu_ms=round(statistics.median(cpu for _, cpu in rounds), 4),
                ratio=round(statistics.median(mine / wall for mine, wall in zip(first, walls, strict=True)), 2),
            )
        )
    return tuple(ways)


def table(ways: Sequence[Way]) -> str:
    """The ways as a table of text."""
    lines = [f"{'':<32} {'ms':>8} {'from':>8} {'to':>8} {'CPU ms':>8} {'ratio':>7}"]
    lines += [
        f"{way.name:<32} {way.wall_ms:>8.3f} {way.wall_ms_spread[0]:>8.3f} {way.wall_ms_spread[1]:>8.3f}"
        f" {way.cpu_ms:>8.3f} {way.ratio:>7.2f}"
        for way in ways
    ]
    return "\n".join(lines)
