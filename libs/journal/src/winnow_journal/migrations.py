"""Brings a journal's file to this version's schema, step by step, each in a transaction with its number.

Steps only add: the version before must be able to work with the file after a rollback. A step that it could not live
with raises ``READABLE_FROM``, and earlier versions refuse the file instead of misreading it.
"""

from collections.abc import Callable
from typing import Any

import peewee

from winnow_contracts.errors import Misconfigured
from winnow_journal.values import Flag

Execute = Callable[..., Any]

READABLE_FROM = 1
"""The earliest schema version whose code can work with a file of this version."""


def _add_later_columns(execute: Execute) -> None:
    """Files of version 1 have these columns only if a late release of it made or opened them."""
    for table, column in (("task_wal", "alone"), ("task_wal", "deaths_alone"), ("outbox", "again")):
        known = {name for _, name, *_ in execute(f"PRAGMA table_info({table})").fetchall()}
        if column not in known:
            execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")


STEPS: dict[int, Callable[[Execute], None]] = {2: _add_later_columns}
"""What leads to each version from the one before. A fresh file is made at the newest."""
NEWEST = max(STEPS)


def migrate(database: peewee.SqliteDatabase) -> None:
    """Apply the missing steps. Raises Misconfigured for a file that only a newer version can read."""
    execute: Execute = database.execute_sql
    readable_from = int(_meta(database, Flag.READABLE_FROM) or 1)
    if readable_from > NEWEST:
        raise Misconfigured(
            f"the journal was changed by a newer version; it needs one that knows schema {readable_from}, and this one"
            f" knows {NEWEST}",
            hint="Start the newer version again. Nothing in the file was changed.",
        )
    version = int(_meta(database, Flag.SCHEMA_VERSION) or 1)
    atomic: Any = database.atomic  # peewee has no types
    for number in range(version + 1, NEWEST + 1):
        with atomic():
            STEPS[number](execute)
            execute("INSERT OR REPLACE INTO journal_meta VALUES (?, ?)", (Flag.SCHEMA_VERSION, str(number)))
            execute("INSERT OR REPLACE INTO journal_meta VALUES (?, ?)", (Flag.READABLE_FROM, str(READABLE_FROM)))


def _meta(database: peewee.SqliteDatabase, name: str) -> str:
    found = database.execute_sql("SELECT value FROM journal_meta WHERE name = ?", (name,)).fetchone()
    return "" if found is None else str(next(iter(found)))
