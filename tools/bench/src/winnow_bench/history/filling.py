"""Fills a stack's PostgreSQL with seeded history, by psql: index's own way, event by event, would take days."""

import os
import subprocess
import time
from contextlib import suppress
from importlib import resources
from urllib.parse import urlsplit

from winnow_backup.postgres_programs import programs
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, Unavailable
from winnow_contracts.index_api.schedules import RunSchedule
from winnow_harness.fixtures.stack import StackFixture

DAYS = 29
"""How far back the history goes: a day less than it is kept, so that nothing is dropped while it is read."""
_BUILT_SECONDS = 120
_SUMMED_SECONDS = 1800
_LAST_BUILT = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('task_tenant_newest')"
"""Whether the last of the indexes is there that an index worker builds after its start."""
_ALL_SUMMED = "SELECT NOT coalesce(bool_or(stale), true) FROM summed_hour"
"""Whether hours are listed, and none of them is left to be summed."""


def fill(stack: StackFixture, rows: int) -> float:
    """Fill the empty history with ``rows`` tasks, and stop the worker of index; returns the seconds it took."""
    url = (stack.home.secrets / "database-url").read_text(encoding="utf-8").strip()
    _wait(stack, url, _LAST_BUILT, seconds=_BUILT_SECONDS, missing="Index did not build its indexes.")
    stack.stop_part("index")  # its schedules would look at the rows meanwhile
    began = time.monotonic()
    with resources.as_file(resources.files("winnow_bench.history") / "seed.sql") as seed:
        _psql(url, "-f", str(seed), "-v", f"rows={rows}", "-v", f"now_ms={now_ms()}", "-v", f"days={DAYS}")
    return time.monotonic() - began


def sum_hours(stack: StackFixture) -> float:
    """Have index's worker sum the hours of the history, and stop it again; returns the seconds it took."""
    url = (stack.home.secrets / "database-url").read_text(encoding="utf-8").strip()
    stack.start_part("index")
    began = time.monotonic()
    with suppress(Conflict):  # it runs already: what was due while the worker was stopped is made up for
        stack.index.ask(RunSchedule(name="hourly-sums", who="bench"))
    _wait(stack, url, _ALL_SUMMED, seconds=_SUMMED_SECONDS, missing="Index did not sum the hours.")
    took = time.monotonic() - began
    stack.stop_part("index")
    return took


def database_bytes(stack: StackFixture) -> int:
    """How large the database is on disk, with its indexes."""
    url = (stack.home.secrets / "database-url").read_text(encoding="utf-8").strip()
    return int(_ask(url, "SELECT pg_database_size(current_database())"))


def _wait(stack: StackFixture, url: str, question: str, *, seconds: float, missing: str) -> None:
    """Wait until the answer is true. Raises Unavailable with ``missing`` if it never is."""
    deadline = time.monotonic() + seconds
    while _ask(url, question) != "t":
        if time.monotonic() > deadline:
            raise Unavailable(missing, dependency="index", hint=f"See {stack.home.log('index')}.")
        time.sleep(0.5)


def _ask(url: str, question: str) -> str:
    return _psql(url, "-At", "-c", question).strip()


def _psql(url: str, *words: str) -> str:
    """What psql prints. Raises Unavailable if it fails. The URL, which has a password, goes by the environment."""
    command = (str(programs() / "psql"), "-X", "-q", *words)
    done = subprocess.run(command, env={**os.environ, **_login(url)}, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"psql failed: {done.stderr.strip()}", dependency="postgres")
    return done.stdout


def _login(url: str) -> dict[str, str]:
    told = urlsplit(url)
    return {
        "PGHOST": told.hostname or "",
        "PGPORT": str(told.port),
        "PGUSER": told.username or "",
        "PGPASSWORD": told.password or "",
        "PGDATABASE": told.path.lstrip("/"),
    }
