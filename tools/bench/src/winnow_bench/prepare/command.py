"""``winnow bench prepare``: prepares one large recording, in turns with bare ffmpeg and the store alone."""

import argparse
import json
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, cast

from winnow_base.objects.s3 import S3ObjectStore
from winnow_bench.prepare.process_memory import ProcessMemory
from winnow_bench.prepare.video import bare_ffmpeg, make_video
from winnow_cli.output import say
from winnow_client import Client
from winnow_harness.fixtures.stack import StackFixture
from winnow_local.foreground import end_on_signals
from winnow_local.settings import read_settings

_PARTS = ("rabbitmq", "s3", "postgres", "index-api", "index", "media-examine", "media", "gateway")
_ACTOR = "media.prepare_recording"
_LONGEST_SECONDS = 1_800
_KEY = "bench/put"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Seconds of one turn; ``prepare`` is the worker's attempt, as its journal records it."""

    ffmpeg: float
    put: float
    get: float
    prepare: float

    @property
    def floor(self) -> float:
        """Seconds of the same work with the tools alone."""
        return self.ffmpeg + self.put + self.get


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench prepare``."""
    parser.add_argument("--megabytes", type=int, default=500, metavar="N", help="size of the recording")
    parser.add_argument("--turns", type=int, default=3, metavar="N", help="how often everything is measured")
    parser.add_argument(
        "--container", choices=("mp4", "mkv"), default="mp4", help="browsers play mp4; mkv is put into an mp4, too"
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures here")


def run(arguments: argparse.Namespace) -> int:
    """Measures and prints."""
    home = read_settings().home.root / "bench" / "prepare"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    end_on_signals()
    video = make_video(home / f"recording.{arguments.container}", arguments.megabytes)
    stack = StackFixture(home / "stack")
    try:
        stack.start(only=_PARTS)
        worker = ProcessMemory(stack.pid("media"))
        idle_bytes = worker.now_bytes()
        turns = [_turn(stack, video, home / "got") for _ in range(arguments.turns)]
        above_idle_bytes = worker.peak_bytes() - idle_bytes
    finally:
        stack.close()
    say(table(turns, video.stat().st_size, above_idle_bytes))
    if arguments.json:
        figures = {"turns": [asdict(turn) for turn in turns], "memory_above_idle_bytes": above_idle_bytes}
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(home, ignore_errors=True)
    return 0


def table(turns: list[Turn], size_bytes: int, above_idle_bytes: int) -> str:
    """Returns seconds by turn and their medians, as Markdown; the ratio, and the worker's memory."""
    names = ("ffmpeg", "put", "get", "prepare")
    lines = [f"| seconds | {' | '.join(f'turn {number}' for number, _ in enumerate(turns, 1))} | median |"]
    lines.append("| --- |" + " --- |" * (len(turns) + 1))
    for name in names:
        values = [getattr(turn, name) for turn in turns]
        shown = " | ".join(f"{value:.2f}" for value in (*values, statistics.median(values)))
        lines.append(f"| {name} | {shown} |")
    ratios = [turn.prepare / turn.floor for turn in turns]
    shown = " | ".join(f"{ratio:.2f}" for ratio in (*ratios, statistics.median(ratios)))
    lines.append(f"| prepare / (ffmpeg + put + get) | {shown} |")
    memory = f"The worker's memory rose by {above_idle_bytes / 1e6:.0f} MB above idle"
    return "\n".join([*lines, f"{memory}, on {size_bytes / 1e6:.0f} MB."])


def _turn(stack: StackFixture, video: Path, got: Path) -> Turn:
    store = _store(stack)

    def put() -> None:
        with video.open("rb") as file:
            store.put_stream(_KEY, cast(BinaryIO, file), "video/mp4")

    def get() -> None:
        with got.open("wb") as file:
            for chunk in store.chunks(_KEY):
                file.write(chunk)

    turn = Turn(
        ffmpeg=_seconds(lambda: bare_ffmpeg(video, got.with_suffix(".flac"))),
        put=_seconds(put),
        get=_seconds(get),
        prepare=_prepare_seconds(stack.client, video),
    )
    store.remove(_KEY)
    return turn


def _prepare_seconds(client: Client, video: Path) -> float:
    """Uploads a recording, waits until it is prepared, and returns the attempt's duration."""
    job_id = client.media.upload(video).id
    until = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < until:
        events = client.get(f"/v1/ops/jobs/{job_id}/trace")["events"]
        at_ms = {event["kind"]: event["at_ms"] for event in events if event["actor"] == _ACTOR}
        if "completed" in at_ms:
            return float(at_ms["completed"] - at_ms["started"]) / 1000
        time.sleep(0.5)
    raise TimeoutError(f"{video.name} was not prepared within {_LONGEST_SECONDS} s")


def _store(stack: StackFixture) -> S3ObjectStore:
    settings = read_settings({"WINNOW_HOME": str(stack.home.root)})
    return S3ObjectStore(
        endpoint=stack.statuses()["s3"].url.removeprefix("http://"),
        access_key=(stack.home.secrets / "s3-access-key").read_text(encoding="utf-8").strip(),
        secret_key=(stack.home.secrets / "s3-secret-key").read_text(encoding="utf-8").strip(),
        bucket=settings.s3_bucket,
        region=settings.s3_region,
        secure=False,
    )


def _seconds(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
