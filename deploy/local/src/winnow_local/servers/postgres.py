"""PostgreSQL with pgvector, from a Python package. It refuses to run as root; for root it runs as another user."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from winnow_backup.postgres_programs import programs
from winnow_contracts.errors import Misconfigured
from winnow_local.part import Part, folder
from winnow_local.probes import takes_postgres_logins
from winnow_local.secret_files import write_secret
from winnow_local.servers.unprivileged import unprivileged


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """One server with one database of one role, which owns it and is no superuser."""

    data: Path
    port: int
    password: str
    role: str = "winnow"
    database: str = "winnow"

    @property
    def url(self) -> str:
        """The database's URL with its password."""
        return f"postgresql://{self.role}:{self.password}@127.0.0.1:{self.port}/{self.database}"

    def part(self) -> Part:
        """The server as a part of the stack."""
        settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={self.port}")
        flags = tuple(word for setting in settings for word in ("-c", setting))
        return Part(
            name="postgres",
            command=unprivileged().command((str(programs() / "postgres"), "-D", str(self.data), *flags), "INT"),
            environment=self._environment(),
            url=f"postgresql://127.0.0.1:{self.port}/{self.database}",
            probe=lambda: takes_postgres_logins(self.port, self.role, self.database),
            prepare=self.prepare,
            # PostgreSQL's fast stop: ends sessions, writes everything to disk.
            stop_signal=signal.SIGINT,
            is_server=True,
        )

    def prepare(self) -> None:
        """Makes the cluster, the role and the database at the first start; does nothing later."""
        if (self.data / "PG_VERSION").exists():
            unprivileged().own(self.data)
            return
        folder(self.data.parent)
        # Made beside its place and renamed, so that an interrupted first start leaves no half cluster.
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = self.data.with_name("postgres.password")
        write_secret(password_file, self.password)
        try:
            self._run(
                *("initdb", "-D", str(fresh), "-U", "postgres", f"--pwfile={password_file}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
            )
        finally:
            password_file.unlink(missing_ok=True)
        # The single-user mode reads SQL from standard input: no password in a command, no server to wait for.
        self._run(
            *("postgres", "--single", "-D", str(fresh), "template1"),
            standard_input=(
                # Only a superuser may add pgvector; in the template, every database made later has it.
                "CREATE EXTENSION vector\n"
                f"CREATE ROLE {self.role} LOGIN PASSWORD '{self.password}'\n"
                f"CREATE DATABASE {self.database} OWNER {self.role}\n"
            ),
        )
        fresh.rename(self.data)

    def _run(self, program: str, *arguments: str, standard_input: str = "") -> None:
        command = unprivileged().command((str(programs() / program), *arguments), "INT")
        done = subprocess.run(
            command, input=standard_input, env={**os.environ, **self._environment()}, capture_output=True, text=True
        )
        if done.returncode or "ERROR:" in done.stderr:
            reason = _last_line(done.stderr)
            raise Misconfigured(f"PostgreSQL could not be set up: {reason}", hint="See whether its disk is full.")

    def _environment(self) -> dict[str, str]:
        return {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
