"""Fire times of a cron expression in a time zone, as Debian's cron has them when clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim


def next_fire_ms(cron: str, zone: ZoneInfo, after_ms: int) -> int:
    """The first fire after ``after_ms``. All times are Unix milliseconds.

    A time that the clocks skip fires when they have moved on; one that they repeat fires the first time only.
    """
    found = CronSim(cron, _local(after_ms, zone))
    return next(fire_ms for fire_ms in map(_ms, found) if fire_ms > after_ms)


def latest_fire_ms(cron: str, zone: ZoneInfo, now_ms: int) -> int:
    """The last fire that is not after ``now_ms``."""
    found = CronSim(cron, _local(now_ms + 1000, zone), reverse=True)  # adding to a local time would forget its fold
    return next(fire_ms for fire_ms in map(_ms, found) if fire_ms <= now_ms)


def _local(at_ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(zone)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
