"""What the gateway's app works with; ``server.py`` puts the real ones together, tests their twins."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_chassis.depths import LaneDepth
from winnow_chassis.intake import Intake
from winnow_chassis.internal_http import InternalClient
from winnow_chassis.objects import ObjectStore
from winnow_chassis.routes import Dependency
from winnow_contracts.control import ControlNews
from winnow_gateway.keys import KeyRing
from winnow_gateway.live import LiveBoard
from winnow_gateway.photo_reads import PhotoReads
from winnow_gateway.reads import IndexReads
from winnow_gateway.rule_reads import RuleReads


@dataclass(frozen=True, kw_only=True)
class Collaborators:
    """Store, intake, reads, keys and live events; ``needed`` are the parts without which no upload can be taken.

    ``helpful`` are those that only some answers need; ``data_dir`` is for locks; ``session_secret`` signs cookies.
    ``index`` takes decisions, ``announce`` makes them known to all nodes, best effort. ``announce_surely`` is for news
    that nobody keeps: it raises Unavailable, as ``lane_depths`` does.
    """

    objects: ObjectStore
    intake: Intake
    reads: IndexReads
    photos: PhotoReads
    rules: RuleReads
    index: InternalClient
    announce: Callable[[ControlNews], None]
    announce_surely: Callable[[ControlNews], None]
    lane_depths: Callable[[], dict[str, LaneDepth]]
    keys: KeyRing
    board: LiveBoard
    data_dir: Path
    session_secret: bytes
    needed: tuple[Dependency, ...] = ()
    helpful: tuple[Dependency, ...] = ()
