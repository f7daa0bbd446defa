"""The command: puts jobs through a journal in windows, prints what each costs, and how large the files get."""

import argparse
import dataclasses
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from winnow_bench.growth.figures import Growth, Window, table
from winnow_bench.growth.journal_work import JournalWork
from winnow_bench.results import add_result_arguments, write_result
from winnow_cli.output import say
from winnow_harness.chaos.progress import RunProgress
from winnow_local.settings import read_settings

_WINDOW_JOBS = 10_000
_WARM_JOBS = 500
_MIB = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench growth``."""
    parser.add_argument("--jobs", type=int, default=20_000, metavar="N", help="finished jobs (%(default)s)")
    parser.add_argument("--cap-mib", type=int, default=16, metavar="MIB", help="the journal's cap (%(default)s)")
    parser.add_argument(
        "--per-second", type=int, default=50, metavar="N", help="jobs a second by the journal's clock (%(default)s)"
    )
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures and prints; returns 1 if a worker would have stopped to consume."""
    home = read_settings().home.root / "bench-growth"
    shutil.rmtree(home, ignore_errors=True)
    progress = RunProgress()
    try:
        found = measure(
            home,
            jobs=arguments.jobs,
            cap_bytes=arguments.cap_mib * _MIB,
            per_second=arguments.per_second,
            progress=progress,
        )
    finally:
        progress.end()
        shutil.rmtree(home, ignore_errors=True)
    say(table(found))
    ratios = {"cpu_ratio": found.cpu_ratio, "wall_ratio": found.wall_ratio, "largest_bytes": found.largest_bytes}
    write_result(arguments, "growth", {**dataclasses.asdict(found), **ratios})
    return 1 if found.stops else 0


def measure(
    home: Path,
    *,
    jobs: int,
    cap_bytes: int,
    per_second: int,
    progress: Callable[[str], None],
    window_jobs: int = _WINDOW_JOBS,
) -> Growth:
    """Puts ``jobs`` through a fresh journal below ``home``, ``window_jobs`` at a time, after a short warm-up."""
    work = JournalWork(home, cap_bytes=cap_bytes, per_second=per_second)
    windows: list[Window] = []
    try:
        work.run(_WARM_JOBS)
        for begin in range(0, jobs, window_jobs):
            progress(f"{begin} of {jobs} jobs")
            windows.append(_window(work, min(window_jobs, jobs - begin)))
    finally:
        work.close()
    return Growth(jobs=jobs, cap_bytes=cap_bytes, per_second=per_second, stops=work.stops, windows=tuple(windows))


def _window(work: JournalWork, jobs: int) -> Window:
    began, cpu_began = time.perf_counter(), time.process_time()
    work.run(jobs)
    cpu_seconds, wall_seconds = time.process_time() - cpu_began, time.perf_counter() - began
    path = work.journal.path
    return Window(
        jobs=jobs,
        cpu_ms=round(cpu_seconds * 1000 / jobs, 4),
        wall_ms=round(wall_seconds * 1000 / jobs, 4),
        database_bytes=path.stat().st_size,
        wal_bytes=path.with_name(f"{path.name}-wal").stat().st_size,
    )
