"""Shows an upload and its job as they progress: a bar for the bytes, a line for each stage that ends."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from winnow_cli.text_times import size, spent
from winnow_client import Client, RunningJob
from winnow_client.errors import TimedOut, Unavailable
from winnow_client.files import readable

FINAL = frozenset(("done", "failed", "cancelled"))
_BETWEEN_LOOKS_SECONDS = 0.25
_HISTORY_SECONDS = 2.0
"""How long after a job's end the times of its last stages are waited for. A result is served before its history is."""
_BAR_CHARACTERS = 30


class TransferBar:
    """A progress bar on a terminal; nothing where the output is a file."""

    def __init__(self, name: str, out: TextIO | None = None) -> None:
        self._name = name
        self._out = out or sys.stderr
        self._shown = -1

    def __call__(self, sent_bytes: int, size_bytes: int) -> None:
        """Draws the bar if it has grown."""
        percent = 100 * sent_bytes // size_bytes if size_bytes else 100
        if percent == self._shown or not self._out.isatty():
            return
        self._shown = percent
        filled = _BAR_CHARACTERS * percent // 100
        bar = "█" * filled + "░" * (_BAR_CHARACTERS - filled)
        self._out.write(f"\r{self._name} {bar} {percent:3} % of {size(size_bytes)}")
        if percent == 100:
            self._out.write("\n")
        self._out.flush()


def upload(client: Client, file: Path) -> RunningJob:
    """Uploads a file with a bar."""
    return client.media.upload(file, on_progress=TransferBar(readable(file.name)))


def follow(client: Client, job_id: str, say: Callable[[str], None], limit_seconds: float = 6 * 3600) -> dict[str, Any]:
    """Waits for a job's end, prints a line for each stage that ended, and returns the job.

    Raises TimedOut past the limit. A gateway or index that is down for a while is waited for: the job continues without
    it.
    """
    told: set[str] = set()
    until = time.monotonic() + limit_seconds
    final_at: float | None = None
    while True:
        try:
            job: dict[str, Any] = client.get(f"/v1/jobs/{job_id}")
        except Unavailable as error:
            if time.monotonic() > until:
                raise
            _tell_once(told, "away", f"  {error.detail} Waiting ...", say)
            job = {"status": "unknown", "stages": []}
        ended = [stage for stage in job["stages"] if stage["status"] in ("done", "failed")]
        if job["status"] in FINAL:
            final_at = time.monotonic() if final_at is None else final_at
        is_whole = all(stage["ms"] is not None for stage in ended)
        is_over = final_at is not None and (is_whole or time.monotonic() - final_at > _HISTORY_SECONDS)
        for stage in ended:
            if stage["ms"] is None and not is_over:
                break  # its end is known before its time is; what comes after it is told after it
            _tell_once(told, f"{stage['name']} {stage['status']}", stage_line(stage), say)
        if is_over:
            return job
        if time.monotonic() > until:
            raise TimedOut(f"The job {job_id} is not finished; its status is {job['status']}.")
        time.sleep(_BETWEEN_LOOKS_SECONDS)


def stage_line(stage: dict[str, Any]) -> str:
    """A stage in words: its name, end, duration, and why it failed."""
    reason = f"  {stage['reason']}" if stage.get("reason") else ""
    return f"  {stage['name']:<12} {stage['status']:<8} {spent(stage.get('ms')):>10}{reason}"


def failure(job: dict[str, Any]) -> str:
    """Why a job failed or was cancelled, in one sentence."""
    problem = job.get("error") or {}
    detail = problem.get("detail") or f"The job ended as {job['status']}."
    return f"{detail.rstrip('.')}. {problem.get('hint') or ''}".strip() + (
        f" ({problem['code']})" if problem.get("code") else ""
    )


def _tell_once(told: set[str], what: str, line: str, say: Callable[[str], None]) -> None:
    if what not in told:
        told.add(what)
        say(line)
