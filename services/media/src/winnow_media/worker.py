"""Starts a media node: ``winnow-media --lanes examine`` or ``--lanes default,bulk``."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from winnow_base import logs, metrics
from winnow_base.environment import Environment
from winnow_base.http.internal_clients import IndexClient
from winnow_base.objects.s3 import S3ObjectStore
from winnow_chassis.composition import file_cache, object_store, run_worker_program
from winnow_chassis.settings import ChassisSettings
from winnow_chassis.worker.drill import EffectLedger, drill
from winnow_chassis.worker.routes import Dependency, Policy, Route
from winnow_chassis.worker.worker import run_worker
from winnow_contracts import queues
from winnow_contracts.commands import (
    Command,
    DrillAi,
    DrillMedia,
    Examine,
    FetchOriginal,
    LookAtFeed,
    PreparePhoto,
    PrepareRecording,
)
from winnow_contracts.index_api.tenants import ReadStorage, StorageView
from winnow_journal.task import Task
from winnow_media import actors, photo_actor
from winnow_media.feeds.look import look_at_feed
from winnow_media.feeds.program import FeedProgram
from winnow_media.feeds.reader import FeedReader
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.links.fetch import fetch_original
from winnow_media.links.room import Room
from winnow_media.links.source import LinkSource
from winnow_media.photo_program import PhotoProgram
from winnow_media.sandbox import Sandbox
from winnow_media.scratch import Scratch
from winnow_media.self_test import SelfTestedFfmpeg
from winnow_media.settings import MediaSettings, read_settings

_INDEX_SECONDS = 5.0

LANES = {
    "examine": queues.MEDIA_EXAMINE,
    "default": queues.MEDIA,
    "bulk": queues.MEDIA_BULK,
    "fetch": queues.MEDIA_FETCH,
}
"""``fetch`` alone is on no other name: only where links are fetched does a node need a way to the internet."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Work until SIGTERM or SIGINT. Exits with a message if the configuration is wrong."""
    run_worker_program("winnow-media", "Examines and prepares recordings and photos.", list(LANES), _run, arguments)


def _run(environment: Environment, lanes: list[str]) -> None:
    settings = read_settings(environment)
    chassis = settings.chassis
    logs.configure(chassis.service, chassis.node, chassis.log_level)
    files = file_cache(chassis, metrics.CACHE_HITS.labels("files").inc)
    objects = object_store(chassis, cache=files)
    scratch = Scratch(chassis.data_dir / "scratch", spare_bytes=settings.scratch_spare_bytes, make_room=files.make_room)
    sandbox = Sandbox.detect(unconfined=settings.unconfined)
    ffmpeg = tested_ffmpeg(settings, sandbox, scratch)
    asked = {LANES[lane] for lane in lanes}
    run_worker(
        chassis,
        [lane for lane in settings.lanes if lane.name in asked],
        make_routes(settings, objects, ffmpeg, sandbox, scratch),
        [Dependency(name="s3", probe=objects.probe), Dependency(name="ffmpeg", probe=ffmpeg.probe)],
    )


def tested_ffmpeg(settings: MediaSettings, sandbox: Sandbox, scratch: Scratch) -> SelfTestedFfmpeg:
    """Sweep the scratch folder and begin ffmpeg's self-test. Raises Misconfigured if a program is missing."""
    scratch.sweep()
    ffmpeg = SelfTestedFfmpeg(Ffmpeg.find(settings.limits, sandbox), scratch)
    ffmpeg.start()
    return ffmpeg


def make_routes(
    settings: MediaSettings, objects: S3ObjectStore, ffmpeg: SelfTestedFfmpeg, sandbox: Sandbox, scratch: Scratch
) -> list[Route]:
    """The route of each command: its actor and its policy of retries and time limits."""
    chassis = settings.chassis

    def with_ffmpeg(actor: Callable[..., None], task: Task, command: Command) -> None:
        actor(task, command, ffmpeg=ffmpeg.get(), **given)

    source = LinkSource(settings.links)
    photos = PhotoProgram(sandbox, settings.limits)
    reader = FeedReader(source, FeedProgram(sandbox, scratch, settings.links))
    index = IndexClient(chassis.index_url, chassis.service_token)
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
            command=FetchOriginal,
            actor=partial(fetch_original, objects=objects, source=source, room=Room(_storage(chassis))),
            policy=Policy(retries=8, backoff_seconds=10, limit_seconds=settings.fetch_limit_seconds),
        ),
        Route(
            command=LookAtFeed,
            actor=partial(look_at_feed, reader=reader, objects=objects, index=index),
            policy=Policy(retries=3, backoff_seconds=20, limit_seconds=300),
        ),
        Route(
            command=DrillMedia,
            actor=partial(drill, then=DrillAi, ledger=EffectLedger(chassis.drill_ledger, chassis.node)),
            policy=Policy(retries=3, backoff_seconds=1, limit_seconds=600),
        ),
    ]


def _storage(chassis: ChassisSettings) -> Callable[[str], StorageView]:
    """What index tells of a tenant's storage."""
    index = IndexClient(chassis.index_url, chassis.service_token, timeout_seconds=_INDEX_SECONDS)
    return lambda tenant_id: index.ask(ReadStorage(tenant_id=tenant_id))


if __name__ == "__main__":
    main()
