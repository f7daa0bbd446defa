"""Removes the commands that index keeps from a journal, so that the journal holds minutes of work."""

import logging

from pika.exceptions import AMQPError

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.topology import parameters
from winnow_chassis.outbox.sentinel import stands
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)


class CommandPruner:
    """Works while its process is the journal's leader.

    It looks at the sentinel in between: what index said that it keeps before the sentinel was seen, index publishes
    again should the broker lose its data later. Without that look, a loss that index noticed before it had stored the
    last events would find their commands nowhere.
    """

    def __init__(self, journal: SqliteJournal, amqp_url: str, *, every_seconds: float = 5.0) -> None:
        self._journal = journal
        self._parameters = parameters(amqp_url, f"{journal.node} pruner")
        self._loop = BackgroundLoop(
            "command pruner", "removes commands that index keeps", self._turn, every_seconds=every_seconds
        )

    def start(self) -> None:
        """Look every few seconds; connect only where there is something to remove."""
        self._loop.start()

    def stop(self) -> None:
        """Stop looking."""
        self._loop.stop()

    def _turn(self) -> None:
        try:
            if self._journal.owners.try_become_leader() and self._journal.has_kept_by_index():
                self._prune()
        except (AMQPError, OSError, JournalUnusable) as error:
            _LOG.info("Commands that index keeps are removed later.", extra={"error": str(error) or repr(error)})

    def _prune(self) -> None:
        kept_seq = self._journal.kept_seq
        with connected(self._parameters) as connection:
            seen = stands(self._journal, self._journal.journal_id, connection)
        if seen:
            self._journal.prune_kept(kept_seq)
