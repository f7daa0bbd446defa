"""What every program does alike: arguments, one sentence for a wrong configuration, the object store."""

import sys
from collections.abc import Callable, Sequence

from winnow_base.environment import Environment
from winnow_base.objects.file_cache import FileCache
from winnow_base.objects.s3 import S3ObjectStore
from winnow_base.program import program_parser
from winnow_chassis.settings import ChassisSettings
from winnow_contracts.errors import Misconfigured


def run_worker_program(
    name: str,
    about: str,
    lanes: Sequence[str],
    run: Callable[[Environment, list[str]], None],
    arguments: Sequence[str] | None,
) -> None:
    """Run a worker program until it is told to stop: ``run`` gets the environment and the lanes asked for.

    ``--lanes`` names some of ``lanes``, each once, in order. Exits with the usage for an unknown lane, and with one
    sentence if ``run`` raises Misconfigured.

    Example::

        run_worker_program("winnow-media", "Prepares media.", ["examine", "default"], run, None)
    """
    parser = program_parser(name, about, distribution=name)
    parser.add_argument("--lanes", required=True, help=f"comma-separated: {', '.join(lanes)}")
    asked = parser.parse_args(arguments).lanes.split(",")
    for lane in asked:
        if lane not in lanes:
            parser.error(f"there is no lane {lane!r}; the lanes are {', '.join(lanes)}")
    _run(name, lambda: run(Environment(), list(dict.fromkeys(asked))))


def run_api_program(
    name: str, about: str, run: Callable[[Environment], None], arguments: Sequence[str] | None, *, distribution: str
) -> None:
    """Run an HTTP API's program until it is told to stop. Exits with one sentence if ``run`` raises Misconfigured."""
    program_parser(name, about, distribution=distribution).parse_args(arguments)
    _run(name, lambda: run(Environment()))


def file_cache(settings: ChassisSettings, hit: Callable[[], None]) -> FileCache:
    """The node's cache of files; ``hit`` is called for each use."""
    return FileCache(
        settings.data_dir / "files",
        most_bytes=settings.file_cache_bytes,
        keep_seconds=settings.file_cache_seconds,
        hit=hit,
    )


def object_store(
    settings: ChassisSettings, *, connections: int = 32, cache: FileCache | None = None, reached_by: str = ""
) -> S3ObjectStore:
    """The object store of these settings. ``connections`` is how many threads may use it at once.

    ``reached_by`` is another URL of it, scheme and host: for links that others than services follow.
    """
    scheme, _, host = reached_by.partition("://")
    return S3ObjectStore(
        endpoint=host or settings.s3_endpoint,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        bucket=settings.s3_bucket,
        region=settings.s3_region,
        secure=scheme == "https" if host else settings.s3_secure,
        connections=connections,
        cache=cache,
    )


def _run(name: str, run: Callable[[], None]) -> None:
    try:
        run()
    except Misconfigured as error:
        sys.exit(f"{name} cannot run: {error.detail}. {error.hint}")
