"""The command: the same kind of recordings by a script and by the whole stack in turn, with one AI endpoint for both.

The endpoint answers at once, so that what is left is what the work itself takes (ffprobe, ffmpeg) and what Winnow adds:
checks, sandboxes, the store, journals, messages, index. Recordings are new in each round. Speech models would hide all
of that: ``bench folder`` has them.
"""

import argparse
import dataclasses
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from winnow_bench.bench_home import bench_home
from winnow_bench.measures import spent
from winnow_bench.pipeline import bare_script
from winnow_bench.pipeline.figures import Comparison, Round, compare, stage_times, table
from winnow_bench.pipeline.recordings import Recordings
from winnow_bench.results import add_result_arguments, write_result
from winnow_bench.tasks.winnow_side import wait_for_ends
from winnow_bench.usual_stack import UsualStack
from winnow_cli.output import say
from winnow_harness.fixtures.drills import until
from winnow_harness.usage import usages

_CLIENTS = 4
_SETTLED_SECONDS = 1.5
"""How long the last events of a round may take to be stored; that belongs to its cost."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench pipeline``."""
    parser.add_argument("--recordings", type=int, default=30, metavar="N", help="recordings a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each side (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("pipeline") as (home, progress):
        found = measure(home, recordings=arguments.recordings, rounds=arguments.rounds, progress=progress)
    say(table(found))
    write_result(arguments, "pipeline", dataclasses.asdict(found))
    return 0


def measure(home: Path, *, recordings: int, rounds: int, progress: Callable[[str], None]) -> Comparison:
    """Runs the rounds of both sides in turn, after a warm-up of both."""
    stack = UsualStack(home / "stack")
    ours: list[Round] = []
    script: list[Round] = []
    try:
        progress("starting the stack")
        stack.start()
        films = Recordings(home / "recordings")
        for number in range(rounds + 1):
            count = recordings if number else _CLIENTS
            progress(f"round {number} of {rounds}: the script")
            bare = _script_round(stack, films.make(count))
            progress(f"round {number} of {rounds}: Winnow")
            mine = _round(stack, films.make(count))
            if number:
                script.append(bare)
                ours.append(mine)
    finally:
        stack.close()
    return compare(ours, script)


def _round(stack: UsualStack, films: Sequence[Path]) -> Round:
    roots = stack.process_ids()
    before, began = usages(roots), time.monotonic()
    with ThreadPoolExecutor(_CLIENTS) as clients:
        ids = list(clients.map(lambda film: stack.client.media.upload(film).id, films))
    wait_for_ends(stack, ids)
    seconds = time.monotonic() - began
    time.sleep(_SETTLED_SECONDS)
    cpu_ms = spent(before, usages(roots), len(films))
    stages = [_stage_times(stack, job_id) for job_id in ids]
    stage_ms = {stage: statistics.median(one[stage] for one in stages) for stage in stages[0]}
    return Round(recordings=len(films), seconds=seconds, cpu_ms=cpu_ms, stage_ms=stage_ms)


def _stage_times(stack: UsualStack, job_id: str) -> dict[str, float]:
    # A job is done as its result is stored; the last stage's own end is told a moment later.
    return until(lambda: stage_times(stack.trace(job_id)["events"]), f"the stages of {job_id} are not told of")


def _script_round(stack: UsualStack, films: Sequence[Path]) -> Round:
    command = (sys.executable, "-m", bare_script.__name__, stack.endpoint.url, *map(str, films))
    before, began = getrusage(RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True)
    seconds, after = time.monotonic() - began, getrusage(RUSAGE_CHILDREN)
    cpu_seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    cpu_ms = {"script, with ffmpeg": round(cpu_seconds * 1000 / len(films), 1)}
    return Round(recordings=len(films), seconds=seconds, cpu_ms=cpu_ms, stage_ms={})
