"""Migrates the database and ends: ``winnow-index-migrate``.

A roll-out runs it first, so that what cannot be migrated stops it before any node of the new version starts.
"""

import sys
from collections.abc import Sequence

from winnow_base import logs
from winnow_base.environment import Environment
from winnow_chassis.composition import run_api_program
from winnow_contracts.errors import TimedOut, Unavailable
from winnow_index.database import Database
from winnow_index.migrate import MigrationCheck
from winnow_index.settings import read_index_settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Migrate once, and add the admin's key if one is set. Exits with one sentence if that cannot be done."""
    about = "Brings the database to this version and ends. Workers do the same at their start."
    run_api_program("winnow-index-migrate", about, _run, arguments, distribution="winnow-index")


def _run(environment: Environment) -> None:
    level = environment.text("WINNOW_LOG_LEVEL", "INFO")
    settings = read_index_settings(environment)
    logs.configure("index-migrate", "index-migrate", level)
    database = Database(
        settings.database_url,
        connections=1,
        statement_seconds=settings.statement_seconds,
        application="winnow-index-migrate",
    )
    try:
        MigrationCheck(database, settings.admin_key).probe()
    except (Unavailable, TimedOut) as error:
        sys.exit(f"winnow-index-migrate could not migrate: {error.detail} Start it again once PostgreSQL answers.")
    finally:
        database.close()


if __name__ == "__main__":
    main()
