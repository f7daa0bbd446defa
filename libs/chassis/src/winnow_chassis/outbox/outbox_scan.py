"""Decides which unconfirmed rows are published when the outbox is read, and which of them may be duplicates."""

import dataclasses
from collections.abc import Collection, Sequence

from winnow_journal.values import OutboxRow

READ_AT_ONCE = 2_000


class OutboxScan:
    """What is known from one reading of the outbox to the next. Used by one thread.

    A row that was just written is published by whoever wrote it (``Relay.offer``). A reading leaves it alone, so that
    it is not published twice and marked as a possible duplicate. Rows that an earlier reading has seen, and those that
    never left the process because there was no connection, are published.
    """

    def __init__(self) -> None:
        self._seen: set[int] | None = None
        self.more_wait = False
        """Whether more rows wait than one reading returns."""

    def to_publish(
        self, rows: Sequence[OutboxRow], *, unsent: Collection[int], confirmed: Collection[tuple[int, int]]
    ) -> list[OutboxRow]:
        """The rows to publish, of those that were read.

        ``unsent`` are the numbers of rows that were offered while there was no connection; ``confirmed`` the number and
        generation of each row whose confirm is not in the journal yet.
        """
        self.more_wait = len(rows) == READ_AT_ONCE
        read = {row.seq for row in rows}
        # At the first reading, and after an outage, no row is fresh.
        due = read if self._seen is None or self.more_wait else self._seen | set(unsent)
        self._seen = read
        return [
            # Unless a row never left this process, it may have been published, by us or by a dead process, and its
            # confirm may have been lost.
            dataclasses.replace(row, possible_duplicate=row.possible_duplicate or row.seq not in unsent)
            for row in rows
            if (row.seq, row.generation) not in confirmed and (row.possible_duplicate or row.seq in due)
        ]
