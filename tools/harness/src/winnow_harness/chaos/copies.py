"""Ensures that every command exists twice before the next loss of data strikes.

Winnow survives the loss of the broker's data, or of one journal, but not of both before the second copy is made again.
A run that broke this rule would prove nothing.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from winnow_contracts.errors import NotFound, WinnowError
from winnow_harness.chaos.statuses import ended
from winnow_harness.chaos.world import World
from winnow_journal.inspect.view import open_view
from winnow_journal.values import JournalUnusable

_BETWEEN_LOOKS_SECONDS = 0.5
_UNCONFIRMED = "SELECT count(*) FROM outbox WHERE kind = 'command' AND confirmed_ms IS NULL AND seq <= ?"


class Copies:
    """Records the losses of a run, and waits until the next one is within the guarantee.

    ``accepted_before(ms)`` names the jobs that were accepted before a moment.
    """

    def __init__(self, world: World, accepted_before: Callable[[int], list[str]]) -> None:
        self._world = world
        self._accepted_before = accepted_before
        self._wiped: dict[Path, int] | None = None
        self._deleted_ms = 0

    def broker_was_wiped(self) -> None:
        """Records a broker wipe: now only the journals hold the commands they have written until now."""
        self._wiped = {folder: _last_seq(folder) for folder in self._world.stack.journals}

    def journal_was_deleted(self, at_ms: int) -> None:
        """Records a deleted journal: now only the broker holds its commands."""
        self._deleted_ms = at_ms

    def wait(self, limit_seconds: float) -> bool:
        """Waits until every command exists twice again; returns False if that takes longer than the limit."""
        until = time.monotonic() + limit_seconds
        while not self._exist():
            if time.monotonic() > until:
                return False
            time.sleep(_BETWEEN_LOOKS_SECONDS)
        self._wiped, self._deleted_ms = None, 0
        return True

    def _exist(self) -> bool:
        return self._with_broker() and self._with_journals()

    def _with_broker(self) -> bool:
        """After a wipe: whether every journal noticed, by its sentinel, and sent again the commands it held."""
        if self._wiped is None:
            return True
        try:
            standing = set(self._world.rabbit.ctl("list_queues", "name", "--silent").split())
            for folder, last_seq in self._wiped.items():
                with open_view(folder) as view:
                    if view.sentinel not in standing or view.value(_UNCONFIRMED, last_seq):
                        return False
        except (WinnowError, JournalUnusable, NotFound):
            return False
        return True

    def _with_journals(self) -> bool:
        """After a deletion: whether every job accepted before it has ended, so that nothing of the deleted journal is
        needed.
        """
        if not self._deleted_ms:
            return True
        wanted = self._accepted_before(self._deleted_ms)
        index = self._world.stack.index
        try:
            return set(wanted) <= ended(index, wanted)
        except WinnowError:
            return False


def _last_seq(folder: Path) -> int:
    """The number of the last row of the journal; larger than any number if the journal cannot be read now."""
    try:
        with open_view(folder) as view:
            return view.summary().last_seq
    except (WinnowError, JournalUnusable):
        return sys.maxsize
