"""The fixtures that other packages' tests use."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from winnow_backup.postgres_programs import programs
from winnow_base.objects.s3 import S3ObjectStore
from winnow_contracts.errors import Unavailable
from winnow_harness.fixtures.processes import RunningPart
from winnow_harness.fixtures.servers import RabbitFixture, StoreFixture

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def query(url: str, sql: str) -> str:
    psql = programs() / "psql"
    done = subprocess.run((psql, url, "-Atc", sql), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_rabbit_answers_its_control_command_and_keeps_its_queues_over_a_restart(rabbit: RabbitFixture) -> None:
    rabbit.ctl(
        "eval", 'rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"kept">>), true, false, [], none, <<"x">>).'
    )
    rabbit.restart()
    assert "kept" in rabbit.ctl("-q", "list_queues", "name")


def test_a_wiped_rabbit_is_empty_and_has_the_same_user(rabbit: RabbitFixture) -> None:
    rabbit.ctl(
        "eval", 'rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"lost">>), true, false, [], none, <<"x">>).'
    )
    url = rabbit.url
    rabbit.wipe()
    assert "lost" not in rabbit.ctl("-q", "list_queues", "name")
    assert "winnow" in rabbit.ctl("-q", "list_users")
    assert rabbit.url == url


def test_a_killed_rabbit_starts_again(rabbit: RabbitFixture) -> None:
    rabbit.kill()
    with pytest.raises(Unavailable):
        _ = rabbit.pid
    rabbit.start()
    assert rabbit.pid > 0


def test_the_store_keeps_an_object(s3: StoreFixture) -> None:
    store = S3ObjectStore(
        endpoint=s3.endpoint,
        bucket=s3.bucket,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        region=s3.region,
        secure=s3.secure,
    )
    store.put_bytes("a/b", b"words", "text/plain")
    assert store.get_bytes("a/b") == b"words"


def test_the_database_belongs_to_a_plain_role_that_can_add_pgvector(database_url: str) -> None:
    assert query(database_url, "select rolsuper from pg_roles where rolname = current_user") == "f"
    assert query(database_url, "create extension if not exists vector; select '[1,2]'::vector <-> '[1,2]'::vector") == (
        "CREATE EXTENSION\n0"
    )
    query(database_url, "create extension if not exists pg_trgm")
    query(database_url, "create extension if not exists unaccent")
    query(database_url, "create extension if not exists btree_gin")
    assert query(database_url, "select encoding, datcollate from pg_database where datname = current_database()") == (
        "6|C.UTF-8"
    )


def test_postgres_stops_and_starts_with_its_data(postgres: tuple[RunningPart, str]) -> None:
    server, url = postgres
    query(url, "create table kept as select 1 as n")
    server.stop()
    server.start()
    assert query(url, "select n from kept") == "1"


def test_nothing_is_left_when_the_test_process_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from winnow_harness.fixtures.servers import *\n"
        "home = Path(sys.argv[1]); rabbit = RabbitFixture(home / 'r'); rabbit.start()\n"
        "postgres, _ = postgres_server(home / 'p'); postgres.start(); print('ready', flush=True); time.sleep(600)\n"
    )
    import sys

    with subprocess.Popen((sys.executable, "-c", script, str(tmp_path)), stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert processes_of(tmp_path)
        child.kill()
    until = time.monotonic() + 100
    while processes_of(tmp_path) and time.monotonic() < until:
        time.sleep(0.1)
    assert processes_of(tmp_path) == {}


def processes_of(home: Path) -> dict[int, str]:
    """Processes whose command or environment contains the folder."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            words = command + (folder / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(home) in words and int(folder.name) != os.getpid():
            found[int(folder.name)] = command.replace(b"\0", b" ").decode()
    return found
