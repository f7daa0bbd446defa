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


REQUESTS = (ReadControl, PauseLane, ResumeLane)
