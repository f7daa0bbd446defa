import concurrent.futures

import pytest

from winnow_contracts import api_keys
from winnow_contracts.errors import Misconfigured, Unavailable
from winnow_harness.chaos.disks import empty, fill, may_mount_here, small_disk
from winnow_harness.fixtures.servers import postgres_server
from winnow_index.control.keys import ApiKeys
from winnow_index.database import Database
from winnow_index.migrate import migrate, migrations, seed_admin_key


def test_migrations_are_applied_once_whoever_asks_first(database_url, prepared):
    others = [Database(database_url, connections=1) for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert list(pool.map(migrate, others)) == [[], [], []]
    for other in others:
        other.close()


def test_migrations_are_applied_by_their_numbers_and_no_number_is_given_twice():
    numbers = [one.number for one in migrations()]
    assert numbers == sorted(set(numbers))


def test_a_migration_that_was_edited_after_it_was_applied_is_refused(prepared):
    with prepared.transaction() as transaction:
        transaction.run_text("UPDATE schema_migrations SET sha256 = 'x' || sha256 WHERE number = 1")
    try:
        with pytest.raises(Misconfigured, match="another"):
            migrate(prepared)
    finally:
        with prepared.transaction() as transaction:
            transaction.run_text("UPDATE schema_migrations SET sha256 = substr(sha256, 2) WHERE number = 1")


def test_a_restarted_postgresql_costs_at_most_one_error(database, postgres):
    server, _ = postgres
    database.probe()
    server.stop()
    with pytest.raises(Unavailable) as away:
        database.probe()
    assert away.value.dependency == "postgres"
    server.start()
    database.probe()


def test_a_postgresql_whose_connections_others_hold_is_away_though_an_idle_one_is_left(database, database_url):
    one = Database(database_url, connections=2)
    one.probe()
    allow_connections(database, 0)
    try:
        with one.transaction(), pytest.raises(Unavailable, match="others hold all") as refused:
            one.probe()
        assert refused.value.dependency == "postgres"
        with pytest.raises(Unavailable):
            one.probe()
    finally:
        allow_connections(database, -1)
    one.probe()
    one.close()


def allow_connections(database, number):
    with database.transaction() as transaction:
        transaction.run_text(f"ALTER DATABASE winnow CONNECTION LIMIT {number}")


@pytest.mark.real
@pytest.mark.skipif(not may_mount_here(), reason="only root may mount a small disk")
def test_a_postgresql_whose_disk_is_full_is_away_until_there_is_room(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        server, url = postgres_server(disk)
        server.start()
        database = Database(url, connections=1)
        try:
            with database.transaction() as transaction:
                transaction.run_text("CREATE TABLE thing (text text)")
            fill(disk)
            with pytest.raises(Unavailable, match="disk is full") as full, database.transaction() as transaction:
                transaction.run_text("INSERT INTO thing SELECT repeat('x', 1000) FROM generate_series(1, 1000)")
            assert full.value.dependency == "postgres"
            with pytest.raises(Unavailable, match="disk is full"):
                database.probe()
            empty(disk)
            database.probe()
            with database.transaction() as transaction:
                transaction.run_text("INSERT INTO thing SELECT repeat('x', 1000) FROM generate_series(1, 1000)")
        finally:
            database.close()
            server.stop()


def test_the_admin_key_is_known_by_its_hash_alone(database):
    key = api_keys.generate()
    for _ in range(2):
        seed_admin_key(database, key.text())
    (found,) = ApiKeys(database).all()
    assert found.key_id == key.key_id
    assert found.secret_sha256 == api_keys.secret_hash(key.secret)
    assert (found.tenant_id, found.revoked) == ("default", False)
    assert key.secret not in str(found)


def test_a_key_that_is_none_is_refused(database):
    with pytest.raises(Misconfigured, match="not an API key"):
        seed_admin_key(database, "letmein")


def test_the_folds_of_a_database_by_index_read_no_whole_table_though_it_was_small_when_they_were_planned(
    database, database_url
):
    by_index = Database(database_url, connections=1, by_index=True)
    with by_index.transaction() as transaction:
        transaction.run("fold_tasks", {"task_ids": []})
        transaction.run("fold_jobs", {"job_ids": [], "now_ms": 1})
        with transaction._connection.cursor() as cursor:
            for fold in ("fold_tasks('{}')", "fold_jobs('{}', 1)"):
                cursor.execute(f"EXPLAIN EXECUTE {fold}")
                assert not [line for (line,) in cursor.fetchall() if "Seq Scan on" in line]
    by_index.close()
