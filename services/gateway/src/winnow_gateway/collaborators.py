"""What the gateway's app works with; ``server.py`` puts the real ones together, tests their twins."""

from dataclasses import dataclass
from pathlib import Path

from winnow_chassis.intake import Intake
from winnow_chassis.objects import ObjectStore
from winnow_chassis.routes import Dependency
from winnow_gateway.keys import KeyRing
from winnow_gateway.live import LiveBoard
from winnow_gateway.reads import IndexReads


@dataclass(frozen=True, kw_only=True)
class Collaborators:
    """Store, intake, reads, keys and live events; ``needed`` are the parts without which no upload can be taken.

    ``helpful`` are those that only some answers need; ``data_dir`` is for locks; ``session_secret`` signs cookies.
    """

    objects: ObjectStore
    intake: Intake
    reads: IndexReads
    keys: KeyRing
    board: LiveBoard
    data_dir: Path
    session_secret: bytes
    needed: tuple[Dependency, ...] = ()
    helpful: tuple[Dependency, ...] = ()
