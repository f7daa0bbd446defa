"""The values of the room: a schedule, and the run of one that a node has in hand."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from winnow_index.schedules.cron import latest_fire_ms, next_fire_ms


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Work at set times. ``cron`` has five fields: minute, hour, day of the month, month, day of the week.

    ``attempts`` is how often one run is begun at most: after a temporary error, and after its node died. ``keep_days``
    is how long runs are kept that did not fail, 0 for as long as those that did.
    """

    name: str
    cron: str
    what: str
    attempts: int = 1
    keep_days: int = 0

    def next_ms(self, zone: ZoneInfo, after_ms: int) -> int:
        """The first fire after ``after_ms``, in Unix milliseconds."""
        return next_fire_ms(self.cron, zone, after_ms)

    def latest_ms(self, zone: ZoneInfo, now_ms: int) -> int:
        """The last fire that is not after ``now_ms``, in Unix milliseconds."""
        return latest_fire_ms(self.cron, zone, now_ms)


@dataclass(frozen=True, kw_only=True)
class RunInHand:
    """A run that a node works at until its lease ends. ``attempts_left`` tells its attempts apart."""

    schedule: str
    fire_ms: int
    node: str
    attempts_left: int
