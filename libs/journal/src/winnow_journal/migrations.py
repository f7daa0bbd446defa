"""Brings a journal's file to this version's schema, step by step, each in a transaction with its number.

A fresh file is made whole by ``schema.sql``, at the newest version; no step runs on it.

Steps only add: the version before must be able to work with the file after a rollback. A step that it could not live
with raises ``READABLE_FROM``, and earlier versions refuse the file instead of misreading it.
"""

from collections.abc import Callable
from functools import partial
from importlib import resources
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


def _add_past_tasks(execute: Execute) -> None:
    """Also lets commands be told to index: those in the file were not, nor are those that version 2 may add later."""
    known = {name for _, name, *_ in execute("PRAGMA table_info(outbox)").fetchall()}
    if "told" not in known:
        execute("ALTER TABLE outbox ADD COLUMN told INTEGER NOT NULL DEFAULT 0")
    execute("CREATE INDEX IF NOT EXISTS outbox_told ON outbox (seq) WHERE told = 1 AND confirmed_ms IS NOT NULL")
    execute(
        "CREATE INDEX IF NOT EXISTS outbox_accepted_of ON outbox (json_extract(body, '$.tenant_id'), seq)"
        " WHERE topic = 'accepted'"
    )
    execute(
        "CREATE INDEX IF NOT EXISTS task_wal_ended ON task_wal (ended_ms)"
        " WHERE state IN ('completed', 'cancelled', 'dead')"
    )
    execute(
        "CREATE TABLE IF NOT EXISTS past_task (day INTEGER NOT NULL, task_id TEXT NOT NULL, state TEXT NOT NULL,"
        " retry INTEGER NOT NULL, PRIMARY KEY (day, task_id)) WITHOUT ROWID"
    )


def _add_sync_failures(execute: Execute) -> None:
    """A table of their own: the version before writes ``sync_log`` by the places of its columns."""
    execute(
        "CREATE TABLE IF NOT EXISTS sync_failure (at_ms INTEGER NOT NULL, sent_seq INTEGER NOT NULL,"
        " error TEXT NOT NULL)"
    )


STEPS: dict[int, Callable[[Execute], None]] = {2: _add_later_columns, 3: _add_past_tasks, 4: _add_sync_failures}
"""What leads to each version from the one before."""
NEWEST = max(STEPS)


def check_readable(flag: Callable[[Flag], str]) -> None:
    """Raise Misconfigured for a file that only a newer version can read. ``flag`` gives the file's ``journal_meta``."""
    readable_from = int(flag(Flag.READABLE_FROM) or 1)
    if readable_from > NEWEST:
        raise Misconfigured(
            f"the journal was changed by a newer version; it needs one that knows schema {readable_from}, and this one"
            f" knows {NEWEST}",
            hint="Start the newer version again, or adopt the journal with it. Nothing in the file was changed.",
        )


def check_database(database: peewee.SqliteDatabase) -> None:
    """Do the same for an open database, which may be empty. Nothing is written."""
    check_readable(partial(_meta, database))


def migrate(database: peewee.SqliteDatabase) -> None:
    """Make the schema in a fresh file, or apply the steps that an older file lacks."""
    version = _meta(database, Flag.SCHEMA_VERSION)
    if not version:
        _make(database)
        return
    execute: Execute = database.execute_sql
    atomic: Any = database.atomic  # peewee has no types
    for number in range(int(version) + 1, NEWEST + 1):
        # IMMEDIATE: a step reads before it writes, and a process of the version before may still be writing.
        with atomic("IMMEDIATE"):
            STEPS[number](execute)
            _note_version(execute, number)


def _make(database: peewee.SqliteDatabase) -> None:
    schema = resources.files("winnow_journal").joinpath("schema.sql").read_text(encoding="utf-8")
    # One transaction, so that no file is left with half of the schema. A script would end one that peewee began.
    database.connection().executescript(f"BEGIN IMMEDIATE;\n{schema}")
    _note_version(database.execute_sql, NEWEST)
    database.execute_sql("COMMIT")


def _note_version(execute: Execute, number: int) -> None:
    execute("INSERT OR REPLACE INTO journal_meta VALUES (?, ?)", (Flag.SCHEMA_VERSION, str(number)))
    execute("INSERT OR REPLACE INTO journal_meta VALUES (?, ?)", (Flag.READABLE_FROM, str(READABLE_FROM)))


def _meta(database: peewee.SqliteDatabase, name: str) -> str:
    if "journal_meta" not in database.get_tables():
        return ""
    found = database.execute_sql("SELECT value FROM journal_meta WHERE name = ?", (name,)).fetchone()
    return "" if found is None else str(next(iter(found)))
