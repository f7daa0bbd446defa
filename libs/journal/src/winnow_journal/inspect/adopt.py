"""Prepares the surviving journal of a node that is gone, so that another process can carry out what it holds."""

import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import Conflict, Unavailable
from winnow_journal.inspect.verify import verify
from winnow_journal.inspect.view import Summary, living_owners, open_view


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """A journal under its new id, and what it held before."""

    folder: Path
    journal_id: str
    before: Summary


def adopt(folder: Path, *, resend: bool) -> Adoption:
    """Give the journal a new id: index marks the old one as lost once the node has another, and takes no more from it.

    Events that index has applied are dropped, so that what is shipped under the new id is news. ``resend``: the broker
    has lost its data since, so every kept command is to be published again. Its running tasks are released as died when
    the journal is opened next. An adoption that was cut short goes on under its id. Raises Conflict while a process
    owns it, NotFound where there is none, Unavailable where it is damaged.
    """
    with open_view(folder) as view:
        folder, before, begun = view.folder, view.summary(), bool(view.flag("adopted_from"))
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
        connection.execute("DELETE FROM journal_meta WHERE name IN ('applied_seq', 'sentinel')")
        connection.execute("DELETE FROM sync_log")
        connection.execute("UPDATE journal_meta SET value = ? WHERE name = 'journal_id'", (journal_id,))
        connection.execute("INSERT INTO journal_meta VALUES ('adopted_from', ?)", (before.journal_id,))
        if resend:
            # As if its sentinel had been made: it is not found, and the node publishes again.
            connection.execute("INSERT INTO journal_meta VALUES ('sentinel', 'made')")
        connection.execute("COMMIT")
    return Adoption(folder=folder, journal_id=journal_id, before=before)
