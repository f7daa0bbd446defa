"""Finds jobs of which nothing was heard for long, and lets their commands be published again."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_contracts import queues
from winnow_contracts.envelope import now_ms
from winnow_index.database import Database
from winnow_index.history.open_commands import OpenCommands

_LOG = logging.getLogger(__name__)
_HEARD_MINUTES = 5
_HEARD_LEAST = 4
"""In so many of the last minutes index must have kept queue statistics: then PostgreSQL, the broker and an index worker
were there, and nodes could tell what they did. One minute may not be in the window yet."""


class Reconciliation:
    """Looks for jobs that are silent for ``silent_seconds``; ``depths`` asks the broker for lanes and events queue."""

    def __init__(
        self,
        database: Database,
        commands: OpenCommands,
        *,
        silent_seconds: float,
        depths: Callable[[], Mapping[str, LaneDepth]],
    ) -> None:
        self._database = database
        self._commands = commands
        self._silent_ms = round(silent_seconds * 1000)
        self._depths = depths

    def look(self) -> dict[str, Any]:
        """Reopen what seems lost. Returns how many ``commands``, or why it ``put_off`` the look. Raises Unavailable.

        While index was away, or events wait to be stored, silence proves nothing; and where messages wait in a lane, a
        silent job is behind them.
        """
        since = {"since_ms": now_ms() - _HEARD_MINUTES * 60_000}
        with self._database.transaction() as transaction:
            kept = transaction.row("count_queue_minutes", since)
        assert kept is not None
        if kept["minutes"] < _HEARD_LEAST:
            return {"put_off": "Index was not there all of the last five minutes: events may be on their way."}
        depths = self._depths()
        if depths[queues.INDEX_EVENTS].ready:
            return {"put_off": "Events wait to be stored."}
        empty = [lane for lane in queues.LANES if not depths[lane].ready]
        reopened = self._commands.reopen_stuck(empty, silent_ms=self._silent_ms)
        if reopened:
            _LOG.warning("Nothing is heard of some jobs; they are sent again.", extra={"commands": reopened})
        return {"commands": reopened}
