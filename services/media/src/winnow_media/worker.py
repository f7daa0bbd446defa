"""Starts a media node: ``winnow-media --lanes examine`` or ``--lanes default,bulk``."""

import argparse
import logging
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from winnow_chassis import logs
from winnow_chassis.environment import Environment
from winnow_chassis.objects_s3 import S3ObjectStore
from winnow_chassis.routes import Dependency, Policy, Route
from winnow_chassis.worker import run_worker
from winnow_contracts import queues
from winnow_contracts.commands import Examine, PrepareRecording
from winnow_contracts.errors import Misconfigured
from winnow_media import actors
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.scratch import Scratch
from winnow_media.self_test import refuse_unsafe_ffmpeg
from winnow_media.settings import MediaSettings, read_settings

LANES = {"examine": queues.MEDIA_EXAMINE, "default": queues.MEDIA, "bulk": queues.MEDIA_BULK}

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until SIGTERM. Exit code 1, and a sentence, where the node is not set up right."""
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
        ffmpeg = ready_ffmpeg(settings, scratch)
        routes = make_routes(settings, objects, ffmpeg, scratch)
        run_worker(chassis, lanes, settings.threads, routes, [Dependency(name="s3", probe=objects.probe)])
    except Misconfigured as error:
        sys.exit(f"winnow-media: {error.detail}. {error.hint}")


def read_lanes(arguments: Sequence[str] | None) -> tuple[str, ...]:
    """Queue names of the lanes on the command line. Exits with usage where there are none, or unknown ones."""
    parser = argparse.ArgumentParser(prog="winnow-media", description=__doc__)
    parser.add_argument("--lanes", required=True, help=f"comma-separated: {', '.join(LANES)}")
    names = parser.parse_args(arguments).lanes.split(",")
    unknown = [name for name in names if name not in LANES]
    if unknown:
        parser.error(f"there is no lane {unknown[0]!r}; there are {', '.join(LANES)}")
    return tuple(dict.fromkeys(LANES[name] for name in names))


def ready_ffmpeg(settings: MediaSettings, scratch: Scratch) -> Ffmpeg:
    """ffmpeg after its self-test, in a scratch folder that is swept first. Raises Misconfigured."""
    scratch.sweep()
    ffmpeg = Ffmpeg.find(settings.limits)
    with scratch.folder() as folder:
        refuse_unsafe_ffmpeg(ffmpeg, folder)
    log.info("ffmpeg passed its self-test, version %s", ffmpeg.version())
    return ffmpeg


def make_routes(settings: MediaSettings, objects: S3ObjectStore, ffmpeg: Ffmpeg, scratch: Scratch) -> list[Route]:
    """Which actor answers which command, and how patiently."""
    given: dict[str, Any] = {"objects": objects, "ffmpeg": ffmpeg, "scratch": scratch, "limits": settings.limits}
    return [
        Route(
            command=Examine,
            actor=partial(actors.examine, **given),
            policy=Policy(retries=3, backoff_seconds=5, limit_seconds=settings.examine_limit_seconds),
        ),
        Route(
            command=PrepareRecording,
            actor=partial(actors.prepare_recording, **given),
            policy=Policy(retries=3, backoff_seconds=5, limit_seconds=settings.prepare_limit_seconds),
        ),
    ]


if __name__ == "__main__":
    main()
