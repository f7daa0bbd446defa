"""``winnow bench``: measures one thing, side by side with what else could do it; each bench is a module of its own."""

import argparse
import importlib
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a bench measures, in a few words, and its module: ``add_arguments(parser)`` and ``run(arguments)``."""

    summary: str
    module: str


BENCHES = {
    "accept": Bench(
        summary="acceptances by the gateway, beside a bare send of stock Dramatiq", module="accept.command"
    ),
    "autoscaling": Bench(
        summary="nothing: what the autoscalers of deploy/k8s would do with a burst, by a model",
        module="autoscaling.command",
    ),
    "codec": Bench(summary="messages and events written and read, beside plain reflection", module="codec"),
    "delays": Bench(
        summary="how late a delay of a second ends behind many long ones, beside stock Dramatiq",
        module="delays.command",
    ),
    "designs": Bench(
        summary="acceptance and empty tasks, by journal and broker, broker alone, PostgreSQL alone and Redis Streams",
        module="designs.command",
    ),
    "fairness": Bench(
        summary="a tenant's single jobs beside ten thousand of another, and on the idle stack",
        module="fairness.command",
    ),
    "folder": Bench(summary="a folder of recordings, beside bare ffmpeg and faster-whisper", module="folder.command"),
    "growth": Bench(
        summary="many finished jobs through one journal with a small cap: file sizes, cost per job",
        module="growth.command",
    ),
    "history": Bench(summary="what operators read of millions of tasks, through index's API", module="history.command"),
    "idle": Bench(summary="processor of one worker process at rest, beside stock Dramatiq's", module="idle"),
    "latency": Bench(
        summary="from enqueue, and from a request, to a task's start, beside stock Dramatiq", module="latency.command"
    ),
    "losses": Bench(
        summary="what a killed worker, a killed store and a lost disk cost each of these designs",
        module="losses.command",
    ),
    "meaning": Bench(
        summary="how often the embedding models put the right passage first; floors", module="meaning.command"
    ),
    "memory": Bench(
        summary="memory of one worker process that drains a queue, beside stock Dramatiq's", module="memory.command"
    ),
    "photo-beside-speech": Bench(
        summary="a photo's time while recordings are transcribed, beside an idle Winnow", module="photo_beside_speech"
    ),
    "peers": Bench(
        summary="the same empty tasks through other job systems, and what each loses with a killed worker",
        module="peers.command",
    ),
    "pipeline": Bench(
        summary="short recordings through the whole stack, beside a script of ffmpeg and the same AI calls",
        module="pipeline.command",
    ),
    "prepare": Bench(
        summary="one large recording prepared, beside bare ffmpeg and the bare store", module="prepare.command"
    ),
    "report": Bench(
        summary="nothing: make plots and tables of the documentation from the kept figures",
        module="report.command",
    ),
    "rest": Bench(summary="processor and memory of each part of the running stack", module="rest"),
    "scale": Bench(
        summary="nothing: work out from the kept figures what a rate of jobs, or of hours, would take",
        module="scale.command",
    ),
    "sqlite": Bench(summary="commits in each mode of SQLite, and by the journal", module="sqlite.command"),
    "stock": Bench(
        summary="stock Dramatiq under the faults of a chaos run: lost and repeated tasks", module="stock.command"
    ),
    "tasks": Bench(
        summary="jobs of three empty tasks, beside stock Dramatiq on the same broker", module="tasks.command"
    ),
    "tracking": Bench(
        summary="a job fully recorded, its outcome alone, and with no event shipped", module="tracking.command"
    ),
    "waiting": Bench(
        summary="short requests of a gateway beside a crowd of clients that wait, and what the crowd costs",
        module="waiting.command",
    ),
    "worker": Bench(
        summary="one worker process with its journal, beside one of stock Dramatiq", module="worker.command"
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One subcommand for each bench."""
    choices = parser.add_subparsers(dest="bench", required=True, metavar="BENCH")
    for name, bench in BENCHES.items():
        choice = choices.add_parser(name, help=bench.summary, description=bench.summary.capitalize())
        measure = importlib.import_module(f"winnow_bench.{bench.module}")
        measure.add_arguments(choice)
        choice.set_defaults(measure=measure.run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the chosen bench."""
    code: int = arguments.measure(arguments)
    return code
