"""The SQL statements of this service, each in its own file, by name."""

import functools
import re
from dataclasses import dataclass
from importlib import resources

_PARAMETER = re.compile(r"%\((\w+)\)s")

PREPARED = {
    "lock_watermark": {
        "journal_id": "text",
        "service": "text",
        "node": "text",
        "now_ms": "bigint",
        "begun_ms": "bigint",
    },
    "move_watermark": {"journal_id": "text", "applied_seq": "bigint"},
    "add_jobs": {"rows": "json"},
    "add_media": {"rows": "json"},
    "add_events": {"rows": "json"},
    "keep_commands": {"rows": "json"},
    "lock_jobs": {"job_ids": "text[]"},
    "complete_job": {"job_id": "text", "run": "integer", "result": "text", "keys": "text[]", "now_ms": "bigint"},
    "fold_accepted": {"job_ids": "text[]"},
    "fold_attempts": {"task_ids": "text[]"},
    "fold_jobs": {"job_ids": "text[]", "now_ms": "bigint"},
    "fold_lengths": {"job_ids": "text[]"},
    "fold_tasks": {"task_ids": "text[]"},
    "drop_commands": {"job_ids": "text[]", "task_ids": "text[]"},
}
"""Statements that every batch of events or every result runs, with the types of their parameters. PostgreSQL plans them
once a connection: for a small batch planning took two thirds of the time."""


@dataclass(frozen=True)
class PreparedStatement:
    """How a statement is prepared, and run with named parameters afterwards."""

    prepare: str
    execute: str


@functools.cache
def statement(name: str) -> str:
    """The text of ``queries/<name>.sql``."""
    return resources.files("winnow_index").joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")


@functools.cache
def prepared(name: str) -> PreparedStatement | None:
    """The statement in its prepared form; None if it is not one of ``PREPARED``."""
    types = PREPARED.get(name)
    if types is None:
        return None
    numbers = {parameter: f"${number}" for number, parameter in enumerate(types, 1)}
    # Without parameters psycopg2 takes the text as it is: a doubled per cent sign would stay doubled.
    body = _PARAMETER.sub(lambda found: numbers[found[1]], statement(name)).replace("%%", "%")
    given = ", ".join(f"%({parameter})s" for parameter in types)
    return PreparedStatement(
        prepare=f"PREPARE {name} ({', '.join(types.values())}) AS {body}", execute=f"EXECUTE {name} ({given})"
    )
