"""The two copies of every command: a second loss may only come when what the first one took exists twice again.

Winnow promises to survive the loss of the broker's data, or of one journal, and not of both before the second copy is
made again. A run that broke this rule would prove nothing.
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
    """Remembers the losses of a run, and waits until the next one is within the promise.

    ``accepted_before(ms)`` names the jobs that were accepted before a moment.
    """

    def __init__(self, world: World, accepted_before: Callable[[int], list[str]]) -> None:
        self._world = world
        self._accepted_before = accepted_before
        self._wiped: dict[Path, int] | None = None
        self._deleted_ms = 0

    def broker_was_wiped(self) -> None:
        """What only the broker held is with the journals, if they are there: all that they have written until now."""
        self._wiped = {folder: _last_seq(folder) for folder in self._world.journals}

    def journal_was_deleted(self, at_ms: int) -> None:
        """What only that journal held besides the broker is with the broker alone."""
        self._deleted_ms = at_ms

    def wait(self, limit_seconds: float) -> bool:
        """Wait until every command exists twice again; False where it takes longer than the limit."""
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
        """After a wipe: every journal noticed, which its sentinel tells, and sent again what stood in it by then."""
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
        """After a deletion: what was accepted before it has ended, so that nothing of the deleted journal is needed."""
        if not self._deleted_ms:
            return True
        wanted = self._accepted_before(self._deleted_ms)
        index = self._world.index
        try:
            return set(wanted) <= ended(index, wanted)
        except WinnowError:
            return False


def _last_seq(folder: Path) -> int:
    """The number of the last row that the journal has written; beyond all where it cannot be read now."""
    try:
        with open_view(folder) as view:
            return view.summary().last_seq
    except (WinnowError, JournalUnusable):
        return sys.maxsize
