"""Runs the maintenance of a node's journal: cleaning, checkpoints, and the whole topology once."""

import logging
import math
import time
from collections.abc import Callable

from pika.exceptions import AMQPError

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.topology import declare_anew, parameters
from winnow_contracts.errors import WinnowError
from winnow_journal import maintenance
from winnow_journal.journal import SqliteJournal
from winnow_journal.maintenance import EndedJobs
from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)
_FIRST_SWEEP_SECONDS = 20.0
_CHECKPOINT_SECONDS = 3_600.0
_DECLARE_SECONDS = 60.0
"""How long after its start a process declares the whole topology, even if it seems to exist: nothing else would show
that somebody removed a binding."""
_ROOM_SECONDS = 10.0
_FULL = 0.75
"""How often the journal's size is looked at, and the part of its limit at which old rows are given up. At the limit the
node stops consuming."""
_LOOK_SECONDS = 1.0
"""How soon another process takes over after the leader died. The leader itself waits until something is due."""


class MaintenanceLoop:
    """Works while its process is the journal's leader; a sweep comes every ``every_seconds``.

    When the journal has nearly ``limit_bytes``, it gives up what nothing open needs. ``on_leading`` is called in each
    turn of the leader, and returns whether it may sleep until something is due. ``swept`` is called after each sweep.
    """

    def __init__(
        self,
        journal: SqliteJournal,
        amqp_url: str,
        ended_jobs: EndedJobs,
        *,
        every_seconds: float,
        limit_bytes: int,
        on_leading: Callable[[], bool],
        swept: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._declaring = parameters(amqp_url, f"{journal.node} topology")
        self._ended_jobs = ended_jobs
        self._every_seconds = every_seconds
        self._room_bytes = round(limit_bytes * _FULL)
        self._look_seconds = min(_LOOK_SECONDS, every_seconds)
        self._on_leading = on_leading
        self._swept = swept
        self._sweep_due = self._checkpoint_due = self._declare_due = self._room_due = 0.0
        self._loop = BackgroundLoop("journal maintenance", "cleans the journal and folds its log", self._turn)

    def start(self) -> None:
        """Begin; the first sweep comes after some seconds."""
        self._sweep_due = time.monotonic() + min(_FIRST_SWEEP_SECONDS, self._every_seconds)
        self._declare_due = time.monotonic() + _DECLARE_SECONDS
        self._loop.start()

    def stop(self) -> None:
        """End after the present work."""
        self._loop.stop(timeout_seconds=15)

    def _turn(self) -> float:
        if not self._journal.owners.try_become_leader():
            return self._look_seconds
        may_sleep = self._on_leading()
        if time.monotonic() >= self._sweep_due:
            self._sweep_due = time.monotonic() + self._every_seconds
            self._try(lambda: maintenance.sweep(self._journal, self._ended_jobs))
            self._try(lambda: maintenance.clean(self._journal))
            self._swept()
        if time.monotonic() >= self._room_due:
            self._room_due = time.monotonic() + _ROOM_SECONDS
            self._try(self._make_room)
        if time.monotonic() >= self._declare_due:
            declared = self._try(lambda: declare_anew(self._declaring))
            self._declare_due = math.inf if declared else time.monotonic() + _DECLARE_SECONDS
        if time.monotonic() >= self._checkpoint_due:
            self._checkpoint_due = time.monotonic() + _CHECKPOINT_SECONDS
            self._try(self._journal.checkpoint)
        if not may_sleep:
            return self._look_seconds
        due = min(self._sweep_due, self._declare_due, self._checkpoint_due, self._room_due)
        return max(0.0, due - time.monotonic())

    def _make_room(self) -> None:
        if not maintenance.make_room(self._journal, self._room_bytes):
            _LOG.error("Open work alone fills the journal.", extra={"room_bytes": self._room_bytes})

    def _try(self, work: Callable[[], object]) -> bool:
        """Do some work, or log why it is put off; returns whether it was done."""
        try:
            work()
            return True
        except (WinnowError, JournalUnusable, AMQPError, OSError) as error:
            _LOG.warning("Journal maintenance is postponed.", extra={"error": str(error)})
            return False
