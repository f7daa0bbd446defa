"""No wait for PostgreSQL outlasts its limit, whatever becomes of the server, its host, or who asked."""

import threading
import time
from urllib.parse import urlsplit, urlunsplit

import pytest

from winnow_contracts.errors import TimedOut, Unavailable
from winnow_harness.fixtures.proxy import Proxy
from winnow_index.database import Database, Locked
from winnow_index.database_wait import on_behalf_of

SLEEP = "SELECT pg_sleep(60)"
NOT_CANCELLED = 20
"""Seconds that no wait of these tests takes, unless nothing ends it."""


@pytest.fixture
def far(prepared, database_url):
    """A database behind a proxy that can fall silent, with short limits."""
    url = urlsplit(database_url)
    proxy = Proxy(url.port)
    there = f"{url.username}:{url.password}@127.0.0.1:{proxy.port}"
    database = Database(urlunsplit(url._replace(netloc=there)), connections=1, statement_seconds=1)
    yield database, proxy
    database.close()
    proxy.close()


def test_a_host_that_falls_silent_costs_no_thread(far):
    database, proxy = far
    database.probe()
    proxy.swallowing = True
    began = time.monotonic()
    with pytest.raises(Unavailable) as silent:
        database.probe()
    assert silent.value.dependency == "postgres"
    assert time.monotonic() - began < NOT_CANCELLED
    proxy.swallowing = False
    proxy.cut()
    database.probe()


def test_a_host_that_takes_the_connection_and_says_nothing_is_unavailable(far):
    database, proxy = far
    proxy.swallowing = True
    with pytest.raises(Unavailable, match="within 5 seconds"):
        database.probe()


def test_a_statement_ends_when_its_caller_waits_no_longer(database):
    began = time.monotonic()
    with pytest.raises(TimedOut), on_behalf_of(0.6), database.transaction() as transaction:
        transaction.run_text(SLEEP)
    assert time.monotonic() - began < NOT_CANCELLED
    database.probe()


def test_a_statement_whose_caller_has_gone_is_cancelled_in_postgresql_too(database):
    gone = threading.Event()
    threading.Timer(0.6, gone.set).start()
    with pytest.raises(TimedOut), on_behalf_of(60, gone.is_set), database.transaction() as transaction:
        transaction.run_text(SLEEP + " -- of one who has gone")
    deadline = time.monotonic() + 10
    running = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%%of one who has gone' AND state = 'active'"
    while True:
        with database.transaction() as transaction:
            if transaction.run_text(running, {}) == 0:
                return
        assert time.monotonic() < deadline, "PostgreSQL goes on for nobody"
        time.sleep(0.2)


def test_work_of_nobody_in_particular_is_not_cut_short(database):
    with on_behalf_of(0.0):
        pass
    with database.transaction() as transaction:
        transaction.run_text("SELECT pg_sleep(0.8)")


def test_a_process_frozen_inside_a_transaction_lets_go_of_its_locks(database, database_url):
    process = Database(database_url, connections=1)

    def freeze() -> None:
        with process.transaction() as transaction:
            transaction.run_text("SET LOCAL idle_in_transaction_session_timeout = '300ms'")
            transaction.run_text("LOCK TABLE api_key")
            time.sleep(1.0)
            with database.transaction() as other:
                other.run_text("LOCK TABLE api_key")
            transaction.run_text("SELECT 1")

    with pytest.raises(Unavailable):
        freeze()
    process.close()


def test_every_session_has_limits_for_locks_and_for_idle_transactions(database):
    with database.transaction() as transaction:
        assert transaction.run_text(
            "SELECT 1 WHERE current_setting('idle_in_transaction_session_timeout') = '15s'"
            " AND current_setting('lock_timeout') = '5s' AND current_setting('client_connection_check_interval') = '1s'"
        )


def test_a_row_that_another_transaction_holds_for_too_long_is_said(database):
    def lock() -> None:
        with database.transaction() as waiting:
            waiting.run_text("SET LOCAL lock_timeout = '100ms'")
            waiting.run_text("LOCK TABLE api_key")

    with database.transaction() as holder:
        holder.run_text("LOCK TABLE api_key")
        with pytest.raises(Locked):
            lock()


def test_a_lock_is_held_by_one_and_ends_with_its_block(database):
    with database.lock("a") as first, database.lock("a") as second, database.lock("b") as other:
        assert (first, second, other) == (True, False, True)
    with pytest.raises(ZeroDivisionError), database.lock("a"):
        print(1 / 0)
    with database.lock("a") as again:
        assert again


def test_a_lock_whose_connection_is_cut_is_free_and_its_connection_is_used_by_nobody(database):
    with database.lock("a"):
        cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        with database.transaction() as transaction:
            assert transaction.run_text(cut) == 1
    with database.lock("a") as again:
        assert again
    with pytest.raises(ZeroDivisionError), database.transaction() as transaction:
        transaction.run_text("INSERT INTO index_flag VALUES ('half', '1')") / 0
    with database.transaction() as transaction:
        assert transaction.run_text("SELECT 1 FROM index_flag WHERE name = 'half'") == 0, "it was no transaction"
