"""The pages of tables: of a node's journal (SQLite), and of the database (PostgreSQL) as its migrations leave it."""

import sqlite3
from collections.abc import Iterable
from importlib.resources import files
from itertools import groupby

import psycopg2

from page_text import code, table
from sql_comments import Comments, read_comments

_OF_DATABASE = """
SELECT c.table_name, c.column_name, c.data_type, c.is_nullable = 'NO'
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
ORDER BY c.table_name, c.ordinal_position
"""

Column = tuple[str, str, str, bool]
"""Table, column, type, and whether it always has a value."""


def journal_page() -> str:
    """The tables of a journal, read from a fresh one."""
    schema = files("winnow_journal").joinpath("schema.sql").read_text(encoding="utf-8")
    database = sqlite3.connect(":memory:")
    database.executescript(schema)
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
    columns = [
        (name, column, kind.lower(), bool(needed or key))
        for name in names
        if not name.startswith("sqlite_")
        for _, column, kind, needed, _, key in database.execute(f"PRAGMA table_info({name})")
    ]
    database.close()
    intro = """# Tables of a journal

Each node keeps its journal in a SQLite file in `WINNOW_DATA_DIR`; [states.md](../states.md) has the protocol that these
rows follow. Times are Unix milliseconds. `./winnow journal show` reads it without disturbing the node."""
    return intro + _tables(columns, read_comments([schema]))


def database_page(url: str) -> str:
    """The tables of the migrated database at this address."""
    migrations = sorted(files("winnow_index.migrations").iterdir(), key=lambda file: file.name)
    comments = read_comments(file.read_text(encoding="utf-8") for file in migrations if file.name.endswith(".sql"))
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(_OF_DATABASE)
        columns = cursor.fetchall()
    connection.close()
    intro = """# Tables of the database

Index alone reads and writes PostgreSQL. A migration adds to what is there, so that index workers of the version before
go on with it. Times are Unix milliseconds, UTC. This page is for those who read a backup or a slow statement: all else
is in the API."""
    return intro + _tables(columns, comments)


def _tables(columns: Iterable[Column], comments: Comments) -> str:
    parts = []
    for name, rows in groupby(columns, key=lambda column: column[0]):
        about = comments.get((name, ""), "")
        cells = [
            (code(column), kind + ("" if needed else ", or none"), comments.get((name, column), ""))
            for _, column, kind, needed in rows
        ]
        parts.append(
            f"\n\n## `{name}`\n\n" + (f"{about}\n\n" if about else "") + table(("column", "is", "means"), cells)
        )
    return "".join(parts) + "\n"
