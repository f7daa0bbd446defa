"""``winnow-index-migrate`` as a process, on a real PostgreSQL."""

import subprocess
import sys

import pytest

from winnow_contracts import api_keys
from winnow_index.database import Database
from winnow_index.migrate import migrations


def migrated(database_url, **more):
    given = {"WINNOW_INDEX_DATABASE_URL": database_url, **more}
    line = [sys.executable, "-m", "winnow_index.migrate_program"]
    return subprocess.run(line, env=given, capture_output=True, text=True, timeout=60)


@pytest.fixture
def elsewhere(database, database_url):
    """The database's address, and itself, while an empty schema stands in front of the one that all tests have."""
    with database.transaction() as transaction:
        transaction.run_text("CREATE SCHEMA migrating")
        transaction.run_text("ALTER ROLE CURRENT_USER SET search_path TO migrating, public")
    made = Database(database_url, connections=1)
    try:
        yield database_url, made
    finally:
        made.close()
        with database.transaction() as transaction:
            transaction.run_text("ALTER ROLE CURRENT_USER RESET search_path")
            transaction.run_text("DROP SCHEMA migrating CASCADE")


@pytest.mark.real
def test_it_migrates_once_and_adds_the_admins_key(elsewhere):
    address, database = elsewhere
    key = api_keys.generate()
    for _ in range(2):
        done = migrated(address, WINNOW_INDEX_ADMIN_KEY=key.text())
        assert done.returncode == 0, done.stderr
    with database.transaction() as transaction:
        applied = transaction.rows("read_migrations")
    assert [row["name"] for row in applied] == [one.name for one in migrations()]
    with database.transaction() as transaction:
        assert transaction.run_text("SELECT 1 FROM migrating.api_key WHERE key_id = %(it)s", {"it": key.key_id}) == 1


def test_without_a_database_it_ends_with_one_sentence():
    done = migrated("postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.startswith("winnow-index-migrate could not migrate: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_without_its_address_it_names_what_is_missing():
    done = subprocess.run(
        [sys.executable, "-m", "winnow_index.migrate_program"], env={}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "WINNOW_INDEX_DATABASE_URL is not set" in done.stderr
