"""Dumps and restores the database with PostgreSQL's own programs."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from winnow_backup.postgres_programs import programs
from winnow_contracts.errors import Unavailable

_SWEEP_DELETED = (
    "DO $$ BEGIN IF to_regclass('public.deleted_media') IS NOT NULL"
    " THEN UPDATE public.deleted_media SET sweep_ms = 0; END IF; END $$"
)
"""Objects of a media that was deleted between the store's list and the database's snapshot are removed again."""


@dataclass(frozen=True, kw_only=True)
class Dumps:
    """Dumps of the database at ``url``, which may hold a password: no command line shows it. Raises Unavailable."""

    url: str

    def write(self, file: Path) -> None:
        """Writes the whole database as it is at one moment, also while it is used."""
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--file={file}")
        file.chmod(0o600)

    def read(self, file: Path) -> None:
        """Restores a dump into an empty database, whole or not at all."""
        self._run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(file))

    def settle(self) -> None:
        """Has index remove the objects of all deleted media once more, and PostgreSQL count what it has."""
        self._ask(_SWEEP_DELETED)
        self._ask("ANALYZE")

    def tables(self) -> int:
        """How many tables there are."""
        return int(self._ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))

    def _ask(self, sql: str) -> str:
        return self._run("psql", "--no-psqlrc", "--tuples-only", "--set=ON_ERROR_STOP=1", f"--command={sql}").strip()

    def _run(self, program: str, *words: str) -> str:
        address = urlsplit(self.url)
        login = f"{address.username}@" if address.username else ""
        plain = urlunsplit(address._replace(netloc=f"{login}{address.netloc.rpartition('@')[2]}"))
        environment = {**os.environ, "PGPASSWORD": unquote(address.password or "")}
        done = subprocess.run(
            (str(programs() / program), f"--dbname={plain}", *words), env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise Unavailable(f"{program} failed: {done.stderr.strip()}", dependency="postgres")
        return done.stdout
