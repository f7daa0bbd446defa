"""The settings of the media service."""

from dataclasses import dataclass

from winnow_base.cores import usable_cores
from winnow_base.environment import Environment
from winnow_base.link_settings import read_link_rules
from winnow_chassis.settings import ChassisSettings, read_chassis_settings
from winnow_chassis.worker.lane import Lane, read_lane
from winnow_contracts import queues
from winnow_contracts.links import LinkRules


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Resource limits for one recording or photo. Children past a limit are killed (``resource-limit``)."""

    longest_seconds: float
    """Longer recordings are refused (``too-long``)."""
    memory_bytes: int
    """Address space of one child."""
    examine_cpu_seconds: int
    """CPU seconds of one child while examining."""
    examine_wall_seconds: float
    """Wall clock of one child while examining."""
    prepare_cpu_seconds: int
    """CPU seconds of one child while preparing, in addition to one per second of the recording."""
    photo_cpu_seconds: int
    """CPU seconds of the child that makes a photo's pictures; its wall clock is four times that."""
    output_bytes: int
    """The most bytes that one child may write."""
    threads: int
    """Decoding threads of one child. Each takes address space, so the machine's cores must not decide it."""


@dataclass(frozen=True, kw_only=True)
class MediaSettings:
    """The shared settings, those of the lanes, time limits and resource limits."""

    chassis: ChassisSettings
    lanes: tuple[Lane, ...]
    examine_limit_seconds: float
    """The most that one attempt of a verdict may take."""
    prepare_limit_seconds: float
    """The most that one attempt to prepare a recording may take."""
    photo_limit_seconds: float
    """The most that one attempt to prepare a photo may take."""
    fetch_limit_seconds: float
    """The most that one attempt to fetch a link's file may take."""
    links: LinkRules
    limits: Limits
    scratch_spare_bytes: int
    """How much of the disk tasks leave free, for the journal; no more than a tenth of it."""
    unconfined: bool
    """Whether strangers' files may be decoded where a child cannot be kept from other files and the network."""


def read_settings(environment: Environment) -> MediaSettings:
    """The settings of this node. Raises Misconfigured naming every missing or bad variable."""
    # Preparing is a processor's work, in children. One more task than cores fetches or stores a file meanwhile.
    cores = usable_cores()
    settings = MediaSettings(
        chassis=read_chassis_settings(environment, "media"),
        lanes=(
            read_lane(environment, queues.MEDIA_EXAMINE, threads=4),
            read_lane(environment, queues.MEDIA, threads=cores + 1),
            read_lane(environment, queues.MEDIA_BULK, threads=cores),
            read_lane(environment, queues.MEDIA_FETCH, threads=8),
        ),
        examine_limit_seconds=environment.number("WINNOW_MEDIA_EXAMINE_LIMIT_SECONDS", 30),
        # Extraction runs at 100 to 300 times the recording's speed, a rendition at a few times. So hours of sound do
        # not fit into the 300 s that suit a photo. The children's own CPU limits grow with the recording.
        prepare_limit_seconds=environment.number("WINNOW_MEDIA_PREPARE_LIMIT_SECONDS", 3600),
        photo_limit_seconds=environment.number("WINNOW_MEDIA_PHOTO_LIMIT_SECONDS", 300),
        fetch_limit_seconds=environment.number("WINNOW_MEDIA_FETCH_LIMIT_SECONDS", 3600),
        links=read_link_rules(environment),
        limits=Limits(
            longest_seconds=environment.number("WINNOW_MEDIA_LONGEST_SECONDS", 6 * 3600),
            memory_bytes=environment.integer("WINNOW_MEDIA_CHILD_MEMORY_BYTES", 1_536 << 20, at_least=256 << 20),
            examine_cpu_seconds=environment.integer("WINNOW_MEDIA_EXAMINE_CPU_SECONDS", 10, at_least=1),
            examine_wall_seconds=environment.number("WINNOW_MEDIA_EXAMINE_WALL_SECONDS", 20),
            prepare_cpu_seconds=environment.integer("WINNOW_MEDIA_PREPARE_CPU_SECONDS", 120, at_least=1),
            photo_cpu_seconds=environment.integer("WINNOW_MEDIA_PHOTO_CPU_SECONDS", 20, at_least=1),
            output_bytes=environment.integer("WINNOW_MEDIA_OUTPUT_BYTES", 8 << 30, at_least=1 << 20),
            threads=environment.integer("WINNOW_MEDIA_CHILD_THREADS", 2, at_least=1),
        ),
        scratch_spare_bytes=environment.integer("WINNOW_MEDIA_SCRATCH_SPARE_BYTES", 1 << 30),
        unconfined=environment.flag("WINNOW_MEDIA_UNCONFINED", False),
    )
    environment.done()
    return settings
