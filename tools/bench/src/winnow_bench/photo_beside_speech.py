"""``winnow bench photo-beside-speech``: the time of a photo while recordings are transcribed, beside an idle Winnow."""

import argparse
import dataclasses
import statistics
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from winnow_bench.folder.sounds import make_folder
from winnow_bench.measures import spread
from winnow_bench.results import add_result_arguments, write_result
from winnow_cli.following import FINAL
from winnow_cli.output import say
from winnow_cli.photos.sorting import Wishes, sort_photo
from winnow_client import Client
from winnow_client.errors import Conflict, TimedOut
from winnow_harness.fixtures.photos import drawn
from winnow_local.context import gateway, here

RECORDINGS = 10
_LOOK_SECONDS = 0.5
_PREPARED_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Seconds:
    """From sending a photo to its answer: the median, the least and the most."""

    median: float
    least: float
    most: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench photo-beside-speech``."""
    parser.add_argument("--photos", type=int, default=15, metavar="N", help="photos of each turn (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is other recordings: none is known yet")
    add_result_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures on the running stack, prints both times and their ratio; cancels the recordings at the end."""
    stack = here()
    client = gateway(stack)
    files = make_folder(stack.home.root / "bench" / f"folder-{arguments.seed}", arguments.seed)[:RECORDINGS]
    sort_photos_in_turn(client, 1)  # the models are loaded with the first photo
    say(f"{arguments.photos} photos, nothing beside them ...")
    idle = sort_photos_in_turn(client, arguments.photos)
    jobs = [client.media.upload(file).id for file in files]
    try:
        wait_for_speech(client, jobs)
        say(f"{arguments.photos} photos beside {RECORDINGS} recordings ...")
        beside = sort_photos_in_turn(client, arguments.photos)
        if not transcribed_now(client, jobs):
            raise Conflict("The recordings ended before the photos.", hint="Take fewer photos, or another --seed.")
    finally:
        for job in jobs:
            cancel(client, job)
    ratio = round(beside.median / idle.median, 2)
    say(f"idle {line(idle)}; beside {RECORDINGS} recordings {line(beside)}: {ratio} times")
    figures = {"idle": dataclasses.asdict(idle), "beside": dataclasses.asdict(beside), "ratio": ratio}
    write_result(arguments, "photo-beside-speech", {"photos": arguments.photos, **figures})
    return 0


def sort_photos_in_turn(client: Client, count: int) -> Seconds:
    """Sends photos that nobody sent before, each once the one before is answered. Raises Conflict if one fails."""
    taken = []
    for _ in range(count):
        name = uuid.uuid4().hex
        answered = sort_photo(client, f"{name}.jpg", partial(drawn, name), Wishes())
        if answered.error:
            raise Conflict(f"A photo failed: {answered.error['detail']}", hint=answered.error["hint"])
        taken.append(answered.seconds)
    least, most = spread(taken)
    return Seconds(median=round(statistics.median(taken), 3), least=least, most=most)


def transcribed_now(client: Client, jobs: Sequence[str]) -> bool:
    """Whether one of the jobs is being transcribed."""
    found = [client.get(f"/v1/jobs/{job}") for job in jobs]
    stages = [stage for job in found if job["status"] not in FINAL for stage in job["stages"]]
    return any((stage["name"], stage["status"]) == ("transcribe", "running") for stage in stages)


def wait_for_speech(client: Client, jobs: Sequence[str]) -> None:
    """Returns once a recording is being transcribed. Raises TimedOut if none is for minutes."""
    deadline = time.monotonic() + _PREPARED_SECONDS
    while not transcribed_now(client, jobs):
        if time.monotonic() > deadline:
            raise TimedOut("No recording is transcribed.", hint="./winnow doctor may know why.")
        time.sleep(_LOOK_SECONDS)


def cancel(client: Client, job: str) -> None:
    """Cancels a recording that has not ended."""
    try:
        client.send("POST", f"/v1/jobs/{job}/cancel")
    except Conflict:
        return  # it has ended


def line(seconds: Seconds) -> str:
    """Returns the times as text."""
    return f"{seconds.median} s a photo ({seconds.least} to {seconds.most})"
