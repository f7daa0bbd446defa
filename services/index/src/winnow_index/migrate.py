"""Migrates the database to this version: numbered migrations, each applied once, by the first process that asks."""

import hashlib
import logging
from dataclasses import dataclass
from importlib import resources

from winnow_contracts import api_keys
from winnow_contracts.errors import Misconfigured
from winnow_contracts.index_api.keys import CreateKey
from winnow_index.control.keys import add_key
from winnow_index.database import Database, Transaction

_LOG = logging.getLogger(__name__)
_LEAST_PGVECTOR = (0, 8, 0)
"""Iterative index scans came with 0.8.0."""
_SOUND_PGVECTOR = (0, 8, 4)
"""Earlier versions can corrupt an index or overflow while building one in parallel (pgvector's change log)."""


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One file of ``migrations/``: its number, name and text."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the text, by which an edit of an applied migration is noticed."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations of this version, in order."""
    folder = resources.files("winnow_index").joinpath("migrations")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [
        Migration(number=int(name[:4]), name=name, text=folder.joinpath(name).read_text(encoding="utf-8"))
        for name in names
    ]


def migrate(database: Database) -> list[str]:
    """Apply the missing migrations in one transaction and return their names. Concurrent callers wait.

    Raises Misconfigured if this PostgreSQL cannot serve Winnow, and Unavailable if it does not answer.
    """
    applied = []
    with database.transaction() as transaction:
        transaction.lift_limits()
        transaction.rows("lock_schema")
        transaction.run("add_migrations_table")
        known = {row["number"]: row for row in transaction.rows("read_migrations")}
        for migration in migrations():
            before = known.get(migration.number)
            if before is None:
                transaction.run_text(migration.text)
                note = {"number": migration.number, "name": migration.name, "sha256": migration.sha256}
                transaction.run("note_migration", note)
                applied.append(migration.name)
            elif before["sha256"] != migration.sha256:
                raise Misconfigured(
                    f"The database was made with another {before['name']} than this version holds.",
                    hint="Use the version that made it, or restore the migration's text.",
                )
        _check(transaction)
    if applied:
        _LOG.info("Migrated the database to this version.", extra={"migrations": applied})
    return applied


def seed_admin_key(database: Database, text: str) -> None:
    """Add the API key ``text`` for tenant ``default`` with every scope. An existing key stays as it is."""
    key = api_keys.parse(text)
    if key is None:
        raise Misconfigured("WINNOW_INDEX_ADMIN_KEY is not an API key.", hint="It begins with wk_live_.")
    seed = CreateKey(
        key_id=key.key_id,
        secret_sha256=api_keys.secret_hash(key.secret),
        tenant_id="default",
        scopes=("read", "write", "admin"),
        name="admin",
        who="",
    )
    with database.transaction() as transaction:
        add_key(transaction, seed)


class MigrationCheck:
    """A worker's dependency: migrates the database when it first answers, and probes it from then on."""

    def __init__(self, database: Database, admin_key: str = "") -> None:
        self._database = database
        self._admin_key = admin_key
        self.is_done = False

    def probe(self) -> None:
        """Raise Unavailable while PostgreSQL does not answer, Misconfigured if it cannot serve Winnow."""
        if self.is_done:
            self._database.probe()
            return
        migrate(self._database)
        if self._admin_key:
            seed_admin_key(self._database, self._admin_key)
        self.is_done = True


def _check(transaction: Transaction) -> None:
    found = transaction.row("check_database")
    assert found is not None
    if not found["knows_korean"] or found["encoding"] != "UTF8":
        raise Misconfigured(
            "This database cannot search Korean: its lc_ctype is C or its encoding is not UTF8.",
            hint="Make it with --locale=C.UTF-8 --encoding=UTF8.",
        )
    version = tuple(int(part) for part in found["pgvector"].split(".")[:3])
    if version < _LEAST_PGVECTOR:
        raise Misconfigured(f"pgvector {found['pgvector']} is too old.", hint="Install 0.8.4 or later.")
    if version < _SOUND_PGVECTOR:
        _LOG.warning("This pgvector has known faults; use 0.8.4 or later.", extra={"version": found["pgvector"]})
