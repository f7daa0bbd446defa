"""The arithmetic: what a rate of jobs, or a number of recording-hours a day, asks of each part."""

import math
from collections.abc import Mapping

from winnow_bench.scale.unit_costs import (
    COMMITS,
    FIXED_REQUESTS,
    ORIGINAL_BYTES,
    PART_BYTES,
    PASSAGE_BYTES,
    PASSAGES_AN_HOUR,
    PIECE_SECONDS,
    SERVERS,
    SERVICES,
    SPEECH_SHARE,
    TASKS,
    USD_A_MINUTE,
    UnitCosts,
)

BUSY = 0.7
"""Share of a core that is planned for; the rest is for bursts."""
KEPT_DAYS = 30
"""``WINNOW_INDEX_RETENTION_DAYS``."""
REPLICAS = 3
"""Of a quorum queue, on three nodes of RabbitMQ."""
_DAY, _HOUR, _YEAR_DAYS = 86_400, 3_600, 365
_GIGA, _MEGABITS = 1e9, 8 / 1e6


def of_jobs(per_second: float, costs: UnitCosts) -> dict[str, float]:
    """What so many jobs of three empty tasks a second ask for, by name with the unit."""
    cores = {part: per_second * ms / 1000 / BUSY for part, ms in costs.cpu_ms.items()}
    # Published once, copied to the other replicas, and delivered.
    command_bytes = per_second * costs.command_bytes * (1 + (REPLICAS - 1) + 1)
    return {
        "jobs a day": per_second * _DAY,
        "cores, all parts": sum(cores.values()),
        **{f"{part}, processes of one core": math.ceil(cores[part]) for part in SERVICES},
        **{f"{part}, cores": cores[part] for part in SERVERS},
        "journal commits a second, all nodes": per_second * COMMITS,
        "disks that so many commits keep busy": per_second * COMMITS * costs.commit_ms / 1000,
        "commands through RabbitMQ a second": per_second * TASKS,
        "network for commands, Mbit/s": command_bytes * _MEGABITS,
        "rows of tasks a day, millions": per_second * TASKS * _DAY / 1e6,
        f"history of {KEPT_DAYS} days, GB": per_second * costs.history_bytes * _DAY * KEPT_DAYS / _GIGA,
    }


def of_hours(per_day: float, costs: UnitCosts) -> dict[str, float]:
    """What so many recordings of an hour a day ask for, by name with the unit."""
    of_a_day = per_day / _DAY / BUSY
    pieces, parts = _HOUR / PIECE_SECONDS, ORIGINAL_BYTES / PART_BYTES
    vector_bytes = PASSAGES_AN_HOUR * costs.vector_bytes
    return {
        "cores for speech, model of one's own": of_a_day * _HOUR * SPEECH_SHARE,
        "cores for ffmpeg, at most": of_a_day * _HOUR * costs.media_share,
        "cores for everything else": of_a_day * costs.recording_cpu_ms / 1000,
        "speech, US dollars a day at the example's price": per_day * _HOUR / 60 * USD_A_MINUTE,
        "speech calls a day": per_day * pieces,
        "passages and vectors a year, millions": per_day * PASSAGES_AN_HOUR * _YEAR_DAYS / 1e6,
        "vectors with their index a year, GB": per_day * vector_bytes * _YEAR_DAYS / _GIGA,
        "passages' text a year, GB": per_day * PASSAGES_AN_HOUR * PASSAGE_BYTES * _YEAR_DAYS / _GIGA,
        "originals a year, TB": per_day * ORIGINAL_BYTES * _YEAR_DAYS / 1e12,
        "requests to the store a day": per_day * (FIXED_REQUESTS + parts + 2 * pieces),
        # In from the client, to the store, from the store to media.
        "network for originals, Mbit/s": per_day / _DAY * 3 * ORIGINAL_BYTES * _MEGABITS,
    }


def ceiling(costs: UnitCosts) -> Mapping[str, float]:
    """Jobs a second at which one process, one core of a server, or one disk of a journal is full."""
    return {
        **{f"one process of {part}": 1000 / costs.cpu_ms[part] for part in SERVICES},
        **{f"one core of {part}": 1000 / costs.cpu_ms[part] for part in SERVERS},
        "one disk of a node that did all commits": 1000 / costs.commit_ms / COMMITS,
    }
