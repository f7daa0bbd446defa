"""Decides which unconfirmed rows are published when the outbox is read, and which of them may be duplicates."""

import dataclasses
from collections.abc import Collection, Sequence

from winnow_journal.values import OutboxRow

READ_AT_ONCE = 2_000


class OutboxScan:
    """What is known from one reading of the outbox to the next. Used by one thread.

    A row that was just written is published by whoever wrote it (``Relay.offer``). A reading leaves it alone, so that
    it is not published twice and marked as a possible duplicate. Rows that were there at an earlier reading, and those
    that the broker certainly does not have, are published.
    """

    def __init__(self) -> None:
        self._seen_seq: int | None = None
        self.more_wait = False
        """Whether more rows wait than one reading returns."""

    def to_publish(
        self, rows: Sequence[OutboxRow], *, unsent: Collection[int], confirmed: Collection[tuple[int, int]]
    ) -> list[OutboxRow]:
        """The rows to publish, of those that were read.

        ``unsent`` are the numbers of rows that were offered while there was no connection, or that the broker refused;
        ``confirmed`` the number and generation of each row whose confirm is not in the journal yet.
        """
        self.more_wait = len(rows) == READ_AT_ONCE
        last_seq = max((row.seq for row in rows), default=0)
        # At the first reading, and after an outage, no row is fresh. Numbers rise with each commit, so a row up to the
        # last one seen is not fresh either, though its lane may have been closed at that reading.
        due_seq = last_seq if self._seen_seq is None or self.more_wait else self._seen_seq
        self._seen_seq = max(last_seq, self._seen_seq or 0)
        return [
            # Unless the broker certainly lacks a row, it may have been published, by us or by a dead process, and its
            # confirm may have been lost.
            dataclasses.replace(row, possible_duplicate=row.possible_duplicate or row.seq not in unsent)
            for row in rows
            if (row.seq, row.generation) not in confirmed
            and (row.possible_duplicate or row.seq <= due_seq or row.seq in unsent)
        ]
