"""Builds PostgreSQL indexes beside the work. A migration that did would lock tables that every batch writes to."""

import logging
from collections.abc import Callable, Sequence

from winnow_base.background import BackgroundLoop
from winnow_contracts.errors import WinnowError
from winnow_index.database import Database, Transaction

_LOG = logging.getLogger(__name__)
_EVERY_SECONDS = 3600.0
_AGAIN_SECONDS = 5.0
MEDIA_INDEXES = ("media_file", "media_tags")
"""What a media is found by: the hash of its file, and a tag."""
TASK_INDEXES = (
    "attempt_ended",
    "attempt_repeated",
    "spending_newest",
    "task_ended",
    "task_newest",
    "task_rerun",
    "task_state_newest",
    "task_tenant_newest",
)
"""What lists of tasks, statistics and the ledger of repeats go by. Until they are there, they read every row."""


class IndexBuilder:
    """A background part of an index worker: builds these indexes where they are missing, once ``ready``."""

    def __init__(self, database: Database, names: Sequence[str], *, ready: Callable[[], bool] = lambda: True) -> None:
        self._database = database
        self._names = names
        self._ready = ready
        self._loop = BackgroundLoop("index builder", "builds indexes that a new version needs", self._turn)

    def start(self) -> None:
        """Start the loop."""
        self._loop.start()

    def stop(self) -> None:
        """Stop the loop; a build that is broken off is begun again by the next process."""
        self._loop.stop()

    def _turn(self) -> float:
        if not self._ready():
            return 0.5
        try:
            for name in self._names:
                build_index(self._database, name)
            with self._database.transaction() as transaction:
                missing = [name for name in self._names if _state(transaction, name) is not True]
        except WinnowError as error:
            _LOG.warning("An index cannot be built now; trying again later.", extra={"error": error.detail})
            return _EVERY_SECONDS
        # Another process, or another part of this one, was building meanwhile.
        return _AGAIN_SECONDS if missing else _EVERY_SECONDS


def build_index(database: Database, name: str) -> bool:
    """Build the index by ``queries/build_<name>.sql`` unless it is there. Returns whether this process built it.

    One process at a time builds, others leave it alone; until it is there, what needs it reads the whole table. It may
    take minutes, and waits for every transaction that is open. Raises Unavailable.
    """
    with database.lock("index builds") as taken:
        if not taken:
            return False
        with database.transaction() as transaction:
            is_whole = _state(transaction, name)
        if is_whole:
            return False
        if is_whole is False:  # a build that was broken off leaves a part, which nothing uses
            database.run_alone(f"unbuild_{name}")
        database.run_alone(f"build_{name}")
    _LOG.info("An index was built.", extra={"built": name})
    return True


def _state(transaction: Transaction, name: str) -> bool | None:
    """Whether the index can be used; None if there is none."""
    found = transaction.row("find_index", {"name": name})
    return None if found is None else bool(found["valid"])
