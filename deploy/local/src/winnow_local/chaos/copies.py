"""The two copies of every command: a second loss may only come when what the first one took exists twice again.

Winnow promises to survive the loss of the broker's data, or of one journal, and not of both before the second copy is
made again. A run that broke this rule would prove nothing.
"""

import time
from collections.abc import Callable

from winnow_chassis.internal_http import InternalClient
from winnow_contracts import queues
from winnow_contracts.errors import NotFound, WinnowError
from winnow_journal.inspect import open_view
from winnow_journal.values import JournalUnusable
from winnow_local.chaos.statuses import ended
from winnow_local.chaos.world import World

_BETWEEN_LOOKS_SECONDS = 0.5


class Copies:
    """Remembers the losses of a run, and waits until the next one is within the promise.

    ``accepted_before(ms)`` names the jobs that were accepted before a moment.
    """

    def __init__(self, world: World, accepted_before: Callable[[int], list[str]]) -> None:
        self._world = world
        self._accepted_before = accepted_before
        self._wiped = False
        self._deleted_ms = 0

    def broker_was_wiped(self) -> None:
        """What only the broker held is with the journals, if they are there."""
        self._wiped = True

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
        self._wiped, self._deleted_ms = False, 0
        return True

    def _exist(self) -> bool:
        return self._with_broker() and self._with_journals()

    def _with_broker(self) -> bool:
        """After a wipe: every journal has noticed, which its sentinel tells, and sent everything again."""
        if not self._wiped:
            return True
        try:
            standing = set(self._world.rabbit.ctl("list_queues", "name", "--silent").split())
            for folder in self._world.journals:
                with open_view(folder) as view:
                    summary = view.summary()
                if summary.unconfirmed or queues.sentinel(summary.journal_id) not in standing:
                    return False
        except (WinnowError, JournalUnusable, NotFound):
            return False
        return True

    def _with_journals(self) -> bool:
        """After a deletion: what was accepted before it has ended, so that nothing of the deleted journal is needed."""
        if not self._deleted_ms:
            return True
        wanted = self._accepted_before(self._deleted_ms)
        index: InternalClient = self._world.index
        try:
            return set(wanted) <= ended(index, wanted)
        except WinnowError:
            return False
