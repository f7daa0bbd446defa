"""The command: one tenant queues thousands of jobs, and another's single jobs are sent one at a time, each after the
one before has ended; the same single jobs are sent on the idle stack first.

The many are drills, which all belong to one tenant; they go through media, ai and index as other jobs do. The single
ones are short recordings of another tenant, because drills of two tenants do not exist. The AI endpoint answers at
once. Tenants share as they do everywhere: what one has open above a hundred is bulk work.
"""

import argparse
import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from winnow_bench.bench_home import bench_home
from winnow_bench.fairness.figures import JobTimes, Singles, job_times, singles, table
from winnow_bench.pipeline.recordings import Recordings
from winnow_bench.results import add_result_arguments, write_result
from winnow_bench.usual_stack import UsualStack
from winnow_cli.output import say
from winnow_contracts.errors import Conflict, Unavailable
from winnow_harness.fixtures.drills import ENDED, until

ALONE, BESIDE = "on the idle stack", "beside the many"
_AT_ONCE = 1_000
"""As many jobs as one batch may have."""
_AS_PRODUCTION = {"WINNOW_GATEWAY_TENANT_OPEN_JOBS": "100"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench fairness``."""
    parser.add_argument("--jobs", type=int, default=10_000, metavar="N", help="jobs of one tenant (%(default)s)")
    parser.add_argument("--singles", type=int, default=10, metavar="N", help="single jobs of another (%(default)s)")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints a table, and writes the figures where asked."""
    with bench_home("fairness") as (home, progress):
        found, left = measure(home, jobs=arguments.jobs, count=arguments.singles, progress=progress)
    say(table(found))
    say(f"{left} of the {arguments.jobs} jobs were still open at the end.")
    figures = {name: dataclasses.asdict(one) for name, one in found.items()}
    write_result(arguments, "fairness", {"jobs": arguments.jobs, "left_open": left, **figures})
    return 0


def measure(home: Path, *, jobs: int, count: int, progress: Callable[[str], None]) -> tuple[dict[str, Singles], int]:
    """The single jobs of both turns, and how many of the many were still open after the last one.

    Raises Conflict if none was: then some of the single jobs were alone.
    """
    stack = UsualStack(home / "stack", _AS_PRODUCTION)
    try:
        progress("starting the stack")
        stack.start()
        films = Recordings(home / "recordings").make(2 * count + 1)
        progress("warming up")
        in_turn(stack, films[:1])
        progress(ALONE)
        alone = in_turn(stack, films[1 : count + 1])
        progress(f"queueing {jobs} jobs")
        many = queue_drills(stack, jobs)
        progress(BESIDE)
        beside = in_turn(stack, films[count + 1 :])
        left = sum(job["status"] not in ENDED for job in stack.jobs(many).values())
    finally:
        stack.close()
    if not left:
        raise Conflict("The many jobs ended before the single ones.", hint="Take more --jobs or fewer --singles.")
    return {ALONE: singles(alone), BESIDE: singles(beside)}, left


def queue_drills(stack: UsualStack, jobs: int) -> list[str]:
    """Has the gateway accept so many empty drills; returns their job ids. Raises Unavailable if it refuses."""
    found: list[str] = []
    while len(found) < jobs:
        batch = [{"kind": "drill", "steps": 0}] * min(_AT_ONCE, jobs - len(found))
        status, answer = stack.call("POST", "/v1/jobs:batch", {"jobs": batch})
        if status != 202:
            raise Unavailable(f"The gateway refused a batch: {status} {answer}", dependency="gateway")
        found += [item["job_id"] for item in answer["items"]]
    return found


def in_turn(stack: UsualStack, films: Sequence[Path]) -> list[JobTimes]:
    """Sends the recordings, each once the one before has ended; returns their times."""
    return [_one(stack, film) for film in films]


def _one(stack: UsualStack, film: Path) -> JobTimes:
    job_id = stack.client.media.upload(film).id
    accepted_ms = time.time() * 1000
    (job,) = stack.ended([job_id]).values()
    if job["status"] != "done":
        raise Conflict(f"The recording {film.name} ended as {job['status']}.", hint="Look at the stack's logs.")

    def told() -> JobTimes | None:
        return job_times(stack.trace(job_id)["events"], accepted_ms)

    found = until(told, f"the end of {job_id} is not told of")
    assert found is not None
    return found
