"""What index's worker gives to packages that add work to it."""

from collections.abc import Callable
from dataclasses import dataclass

from winnow_base.objects.store import ObjectStore
from winnow_index.database import Database
from winnow_index.settings import IndexSettings


@dataclass(frozen=True, kw_only=True)
class WorkerParts:
    """The worker's database, store and settings. Nothing of them is used before ``ready``: tables may be missing."""

    database: Database
    objects: ObjectStore
    settings: IndexSettings
    ready: Callable[[], bool]
