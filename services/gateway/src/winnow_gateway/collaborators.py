"""What the gateway's app works with; ``server.py`` puts the real ones together, tests their twins."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_chassis.intake import Intake
from winnow_chassis.internal_clients import IndexClient
from winnow_chassis.objects import ObjectStore
from winnow_chassis.routes import Dependency
from winnow_contracts.control import ControlNews
from winnow_gateway.keys import KeyRing
from winnow_gateway.live import LiveBoard
from winnow_gateway.operator_reads import OperatorReads
from winnow_gateway.photo_reads import PhotoReads
from winnow_gateway.reads import IndexReads
from winnow_gateway.rule_reads import RuleReads
from winnow_gateway.steering import Steering


@dataclass(frozen=True, kw_only=True)
class Collaborators:
    """Store, intake, reads, keys and live events; ``needed`` are the parts without which no upload can be taken.

    ``helpful`` are those that only some answers need; ``data_dir`` is for locks; ``session_secret`` signs cookies.
    ``announce_surely`` makes news known to all nodes that nobody keeps; it raises Unavailable.
    """

    objects: ObjectStore
    intake: Intake
    reads: IndexReads
    photos: PhotoReads
    rules: RuleReads
    index: IndexClient
    operator_reads: OperatorReads
    steering: Steering
    announce_surely: Callable[[ControlNews], None]
    keys: KeyRing
    board: LiveBoard
    data_dir: Path
    session_secret: bytes
    needed: tuple[Dependency, ...] = ()
    helpful: tuple[Dependency, ...] = ()
