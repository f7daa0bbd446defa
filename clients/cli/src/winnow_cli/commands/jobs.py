"""``winnow jobs``: lists jobs."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.adding.figures import eta_seconds, in_words
from winnow_cli.job_options import pair
from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.text_times import about


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``jobs``."""
    parser.add_argument("--status", choices=("scheduled", "queued", "running", "done", "failed", "cancelled"))
    parser.add_argument(
        "--meta",
        action="append",
        default=[],
        type=pair,
        metavar="KEY=VALUE",
        help="only jobs with this metadata",
    )
    parser.add_argument("--limit", type=int, default=20, help="most jobs to show, newest first (20)")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each job."""
    metadata = {f"metadata.{key}": value for key, value in arguments.meta}
    answer = gateway().get("/v1/jobs", {"status": arguments.status, "limit": arguments.limit, **metadata})
    print_answer(answer, job_lines(answer["items"]), as_json=arguments.json)
    return 0


def job_lines(items: list[dict[str, Any]]) -> Iterator[str]:
    """The jobs, a line each."""
    for job in items:
        yield f"{job['id']}  {job['created_at']}  {job['status']:<9}  {stage_in_work(job)}".rstrip()
    if not items:
        yield "There are no jobs."


def stage_in_work(job: dict[str, Any]) -> str:
    """The stage of a job and its remaining time, or why it failed; empty if it is done."""
    if job["status"] == "failed":
        return str((job.get("error") or {}).get("detail", ""))
    if job["status"] == "scheduled":
        return f"not before {job['not_before']}"
    if job["status"] not in ("queued", "running"):
        return ""
    eta = eta_seconds(job)
    return in_words(job) + (f", {about(eta)} left" if eta is not None else "")
