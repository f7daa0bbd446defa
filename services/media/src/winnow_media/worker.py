"""Starts a media node: ``winnow-media --lanes examine`` or ``--lanes default,bulk``."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from winnow_chassis import logs
from winnow_chassis.environment import Environment
from winnow_chassis.objects.s3 import S3ObjectStore
from winnow_chassis.program import program_parser
from winnow_chassis.worker.drill import EffectLedger, drill
from winnow_chassis.worker.routes import Dependency, Policy, Route
from winnow_chassis.worker.worker import run_worker
from winnow_contracts import queues
from winnow_contracts.commands import Command, DrillAi, DrillMedia, Examine, PreparePhoto, PrepareRecording
from winnow_contracts.errors import Misconfigured
from winnow_journal.task import Task
from winnow_media import actors, photo_actor
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.photo_program import PhotoProgram
from winnow_media.sandbox import Sandbox
from winnow_media.scratch import Scratch
from winnow_media.self_test import SelfTestedFfmpeg
from winnow_media.settings import MediaSettings, read_settings

LANES = {"examine": queues.MEDIA_EXAMINE, "default": queues.MEDIA, "bulk": queues.MEDIA_BULK}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until SIGTERM. Exits with code 1 and a message if the configuration is wrong."""
    lanes = read_lanes(arguments)
    try:
        settings = read_settings(Environment())
        chassis = settings.chassis
        logs.configure(chassis.service, chassis.node, chassis.log_level)
        objects = S3ObjectStore(
            endpoint=chassis.s3_endpoint,
            access_key=chassis.s3_access_key,
            secret_key=chassis.s3_secret_key,
            bucket=chassis.s3_bucket,
            region=chassis.s3_region,
            secure=chassis.s3_secure,
        )
        scratch = Scratch(chassis.data_dir / "scratch")
        sandbox = Sandbox.detect()
        ffmpeg = tested_ffmpeg(settings, sandbox, scratch)
        routes = make_routes(settings, objects, ffmpeg, PhotoProgram(sandbox, settings.limits), scratch)
        needed = [Dependency(name="s3", probe=objects.probe), Dependency(name="ffmpeg", probe=ffmpeg.probe)]
        run_worker(chassis, lanes, settings.threads, routes, needed)
    except Misconfigured as error:
        sys.exit(f"winnow-media: {error.detail}. {error.hint}")


def read_lanes(arguments: Sequence[str] | None) -> tuple[str, ...]:
    """Queue names of the lanes on the command line. Exits with the usage if there are none, or unknown ones."""
    parser = program_parser("winnow-media", __doc__ or "", distribution="winnow-media")
    parser.add_argument("--lanes", required=True, help=f"comma-separated: {', '.join(LANES)}")
    names = parser.parse_args(arguments).lanes.split(",")
    unknown = [name for name in names if name not in LANES]
    if unknown:
        parser.error(f"there is no lane {unknown[0]!r}; there are {', '.join(LANES)}")
    return tuple(dict.fromkeys(LANES[name] for name in names))


def tested_ffmpeg(settings: MediaSettings, sandbox: Sandbox, scratch: Scratch) -> SelfTestedFfmpeg:
    """Sweep the scratch folder and begin ffmpeg's self-test. Raises Misconfigured if a program is missing."""
    scratch.sweep()
    ffmpeg = SelfTestedFfmpeg(Ffmpeg.find(settings.limits, sandbox), scratch)
    ffmpeg.start()
    return ffmpeg


def make_routes(
    settings: MediaSettings, objects: S3ObjectStore, ffmpeg: SelfTestedFfmpeg, photos: PhotoProgram, scratch: Scratch
) -> list[Route]:
    """The route of each command: its actor and its policy of retries and time limits."""
    chassis = settings.chassis

    def with_ffmpeg(actor: Callable[..., None], task: Task, command: Command) -> None:
        actor(task, command, ffmpeg=ffmpeg.get(), **given)

    given: dict[str, Any] = {"objects": objects, "scratch": scratch, "limits": settings.limits}
    return [
        Route(
            command=Examine,
            actor=partial(with_ffmpeg, actors.examine),
            policy=Policy(retries=3, backoff_seconds=5, limit_seconds=settings.examine_limit_seconds),
        ),
        Route(
            command=PrepareRecording,
            actor=partial(with_ffmpeg, actors.prepare_recording),
            policy=Policy(retries=3, backoff_seconds=5, limit_seconds=settings.prepare_limit_seconds),
        ),
        Route(
            command=PreparePhoto,
            actor=partial(photo_actor.prepare_photo, objects=objects, photos=photos, scratch=scratch),
            policy=Policy(retries=3, backoff_seconds=5, limit_seconds=settings.photo_limit_seconds),
        ),
        Route(
            command=DrillMedia,
            actor=partial(drill, then=DrillAi, ledger=EffectLedger(chassis.drill_ledger, chassis.node)),
            policy=Policy(retries=3, backoff_seconds=1, limit_seconds=600),
        ),
    ]


if __name__ == "__main__":
    main()
