"""The durable set of cancelled jobs and paused lanes that index keeps."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.control import ControlSet
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedLanes:
    """Since when (Unix milliseconds) each lane is paused that is."""

    paused: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadControl(IndexRequest[ControlSet]):
    """The whole set."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/control")


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseLane(IndexRequest[PausedLanes]):
    """Pause a lane, as ``who`` wants it; one that is paused keeps its time. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("PUT", "/internal/v1/lanes/{lane}/pause")

    lane: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeLane(IndexRequest[PausedLanes]):
    """Let a lane go on, as ``who`` wants it. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("DELETE", "/internal/v1/lanes/{lane}/pause")

    lane: str
    who: str


REQUESTS = (ReadControl, PauseLane, ResumeLane)
