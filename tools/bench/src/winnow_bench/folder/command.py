"""``winnow bench folder``: processes a folder of recordings with Winnow and with the bare tools, in one run."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from winnow_bench.folder.report import Report, table
from winnow_bench.folder.sounds import make_folder
from winnow_bench.written_figures import read_figures
from winnow_cli.adding.added import Added
from winnow_cli.adding.adding import add
from winnow_cli.adding.views import Quiet
from winnow_cli.output import say
from winnow_client import Client
from winnow_contracts.errors import Misconfigured
from winnow_local.context import gateway, here
from winnow_local.stack import Stack
from winnow_models import whisper
from winnow_models.settings import model_threads, models_folder
from winnow_models.weights import fetch

_SPENT = ("failed", "timeout")
"""Outcomes of attempts that consume a retry."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench folder``."""
    parser.add_argument(
        "--seed", type=int, default=1, help="another seed is another folder: nothing of it is known yet"
    )
    parser.add_argument("--kill", type=int, default=0, metavar="N", help="kill the ai worker so many times meanwhile")
    parser.add_argument(
        "--files", nargs="+", type=Path, metavar="FILE", help="these instead of the folder that is made"
    )
    parser.add_argument("--calm", type=Path, metavar="PATH", help="a run without kills to compare with, its --json")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures here")


class Watched(Quiet):
    """Records when each recording became searchable, and every estimate before.

    Kills the ai worker ``kills`` times meanwhile, at even steps of the ``count`` files done.
    """

    def __init__(self, stack: Stack, kills: int, count: int) -> None:
        super().__init__()
        self.began = time.monotonic()
        self.done_at: dict[str, float] = {}
        self.estimates: list[tuple[float, str, float]] = []
        self.kills = 0
        self._stack = stack
        self._wanted = kills
        self._count = count

    def seen(self, files: Sequence[Added]) -> None:
        """Records the estimates: time, job, seconds left."""
        super().seen(files)
        now = time.monotonic() - self.began
        for file in files:
            if file.job.get("eta") and not file.ended:
                self.estimates.append((now, file.job_id, file.job["eta"]["seconds"]))
        if self.kills < self._wanted and len(self.done_at) >= (self.kills + 1) * self._count // (self._wanted + 2):
            self._stack.kill_part("ai")
            self.kills += 1
            say(f"  the ai worker was killed ({self.kills} of {self._wanted})")

    def ended(self, file: Added) -> None:
        """Records the time of an end."""
        super().ended(file)
        self.done_at[file.job_id] = time.monotonic() - self.began


def run(arguments: argparse.Namespace) -> int:
    """Measures and prints; returns 1 if a recording was not done, or a sound without speech has words."""
    calm = read_figures(arguments.calm) if arguments.calm else None
    stack = here()
    client = gateway(stack)
    files = arguments.files or make_folder(stack.home.root / "bench" / f"folder-{arguments.seed}", arguments.seed)
    if calm and [one["file"] for one in calm["files"]] != [file.name for file in files]:
        raise Misconfigured(f"{arguments.calm} tells of other files.", hint="Run it once without --kill and --calm.")
    tools = BareTools(fetch(whisper.MODEL_ID, models_folder(), say), model_threads())
    half = len(files) // 2
    say(f"{len(files)} files. The bare tools take the first half ...")
    bare = tools.hear(files[:half])
    say("Winnow takes all of them ...")
    watched = Watched(stack, arguments.kill, len(files))
    added = add(client, list(map(str, files)), watched, detach=False)
    say("The bare tools take the second half ...")
    bare += tools.hear(files[half:])
    spent = sum(_spent_retries(client, file) for file in added if file.job_id)
    report = Report(
        added, bare, watched.done_at, watched.estimates, spent_retries=spent, kills=watched.kills, calm=calm
    )
    say(table(report))
    if arguments.json:
        arguments.json.write_text(json.dumps(report.to_json(), indent=1) + "\n", encoding="utf-8")
    return 1 if report.faults else 0


class BareTools:
    """Runs ffmpeg and faster-whisper in a separate process, with the weights and cores of the endpoint."""

    def __init__(self, weights: Path, cores: int) -> None:
        self._command = [sys.executable, "-m", "winnow_bench.folder.bare_tools", str(weights), str(cores)]

    def hear(self, files: Sequence[Path]) -> list[dict[str, Any]]:
        """Returns the seconds per file, and the number of words heard."""
        done = subprocess.run([*self._command, *map(str, files)], stdout=subprocess.PIPE, check=True)
        heard: list[dict[str, Any]] = json.loads(done.stdout)
        return heard


def _spent_retries(client: Client, file: Added) -> int:
    trace = client.get(f"/v1/jobs/{file.job_id}/trace")
    attempts = [attempt for task in trace["tasks"] for attempt in task["attempts"]]
    return sum(attempt["outcome"] in _SPENT for attempt in attempts)
