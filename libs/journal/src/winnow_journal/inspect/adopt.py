"""Prepares the journal of a node that is gone, so that another process can do the work it holds."""

import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import Conflict, Unavailable
from winnow_contracts.node_api import JournalSummary
from winnow_journal.inspect.verify import verify
from winnow_journal.inspect.view import living_owners, open_view
from winnow_journal.values import Flag


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """An adopted journal: its new id, and what it held before."""

    folder: Path
    journal_id: str
    before: JournalSummary


def adopt(folder: Path, *, resend: bool) -> Adoption:
    """Give the journal a new id, and release it to another process.

    The id must be new because index marks the old one as lost once the node has another journal, and accepts no events
    from a lost journal. Events that index has applied are dropped, so that index sees only new events under the new id.
    With ``resend``, the broker has lost its data since, and every kept command is published again. The next process
    that opens the journal releases its running tasks as died. A repeated call completes an adoption that was
    interrupted, under the id that was chosen then.

    Raises Conflict while a process owns the journal, NotFound if there is none, Unavailable if it is damaged.
    """
    with open_view(folder) as view:
        folder, before, begun = view.folder, view.summary(), bool(view.flag(Flag.ADOPTED_FROM))
    if living_owners(folder):
        raise Conflict(f"A living process owns the journal in {folder}.", hint="Only a dead node's can be adopted.")
    wrong = verify(folder)
    if wrong:
        raise Unavailable(f"The journal in {folder} is not sound. {wrong[0]}", dependency="journal")
    if begun:
        return Adoption(folder=folder, journal_id=before.journal_id, before=before)
    journal_id = uuid.uuid4().hex
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM outbox WHERE kind = 'event' AND seq <= ?", (before.applied_seq,))
        dropped = (Flag.APPLIED_SEQ, Flag.KEPT_SEQ, Flag.SENTINEL)
        connection.execute("DELETE FROM journal_meta WHERE name IN (?, ?, ?)", dropped)
        connection.execute("DELETE FROM sync_log")
        connection.execute("UPDATE journal_meta SET value = ? WHERE name = ?", (journal_id, Flag.JOURNAL_ID))
        connection.execute("INSERT INTO journal_meta VALUES (?, ?)", (Flag.ADOPTED_FROM, before.journal_id))
        if resend:
            # Under its new id the journal has no sentinel yet. The node will miss the first one, and publish every kept
            # command again.
            connection.execute("INSERT INTO journal_meta VALUES (?, '1')", (Flag.SENTINEL,))
        connection.execute("COMMIT")
    return Adoption(folder=folder, journal_id=journal_id, before=before)
