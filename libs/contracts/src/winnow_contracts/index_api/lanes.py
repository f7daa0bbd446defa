"""Requests about the control set that index keeps: cancelled jobs and paused lanes."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.control import ControlSet
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedLanes:
    """The paused lanes, each with the time since when (Unix milliseconds)."""

    paused: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadControl(IndexRequest[ControlSet]):
    """Request the whole set."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/control")


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseLane(IndexRequest[PausedLanes]):
    """Pause a lane. ``who`` is the operator's name. A lane that is paused already keeps its time.

    Refused with ``not-found``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("PUT", "/internal/v1/lanes/{lane}/pause")

    lane: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeLane(IndexRequest[PausedLanes]):
    """Resume a lane. ``who`` is the operator's name. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("DELETE", "/internal/v1/lanes/{lane}/pause")

    lane: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStat:
    """One lane at one minute (``at``, RFC 3339 in UTC): messages that waited, and nodes that took them.

    ``oldest_seconds`` is the age of the task that had waited longest, None if none was known to wait. ``unacked``
    messages were with nodes, by what these said last; None if none told. ``published`` tasks were sent to the lane for
    the first time, and ``acked`` attempts ended and were not given back, in the minute until 15 seconds before ``at``,
    as far as index had heard. These three are None in rows of an earlier version.
    """

    lane: str
    at: str
    ready: int
    consumers: int
    oldest_seconds: float | None
    paused: bool
    unacked: int | None = None
    published: int | None = None
    acked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStats:
    """All lanes over some time, oldest first."""

    items: tuple[LaneStat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLaneStats(IndexRequest[LaneStats]):
    """Request the lanes' depths of the last ``minutes``, 1,440 at most.

    Of each ``slice_minutes`` (60 at most) a lane has the minute in which most waited.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/lanes/stats")

    minutes: int = 60
    slice_minutes: int = 1


REQUESTS = (ReadControl, PauseLane, ResumeLane, ListLaneStats)
