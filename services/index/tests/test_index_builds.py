"""Indexes that are built beside the work."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from winnow_contracts.errors import TimedOut
from winnow_harness.fixtures.nodes import wait_for
from winnow_index.database_wait import on_behalf_of
from winnow_index.history.event_store import EventStore
from winnow_index.index_builds import MEDIA_INDEXES, TASK_INDEXES, IndexBuilder, build_index
from winnow_index.testing import AI, MEDIA, EventSender, started

NAME = "job_uploads"


@pytest.fixture
def build(database):
    """Builds the index, which is not there yet."""
    with database.transaction() as transaction:
        transaction.run_text(f"DROP INDEX IF EXISTS {NAME}")
    return partial(build_index, database, NAME)


@pytest.fixture
def held_up(database):
    """A transaction that is open holds builds up."""
    with database.transaction() as transaction:
        transaction.run_text("LOCK TABLE job IN ROW EXCLUSIVE MODE")
        yield transaction


def being_built(database):
    with database.transaction() as transaction:
        return transaction.run_text("SELECT FROM pg_stat_progress_create_index")


def test_it_is_built_once(build):
    assert build()
    assert not build()


def test_every_index_that_a_part_asks_for_can_be_built_again(database):
    for name in ("job_uploads", "job_history", *MEDIA_INDEXES, *TASK_INDEXES):
        build_index(database, name)
        database.run_alone(f"unbuild_{name}")
        assert build_index(database, name)


def test_one_process_builds_at_a_time(build, database):
    with database.lock("index builds") as taken:
        assert taken
        assert not build()


def test_what_a_broken_build_left_is_built_again(build, database, held_up):
    with pytest.raises(TimedOut), on_behalf_of(1):
        build()
    wait_for(lambda: not being_built(database), 10)  # the server has noticed that its client is gone
    held_up.run_text("COMMIT")
    with database.transaction() as transaction:
        assert not transaction.row("find_index", {"name": NAME})["valid"]
    assert build()


def test_batches_are_applied_meanwhile(build, database, held_up):
    with ThreadPoolExecutor(1) as threads:
        building = threads.submit(build)
        wait_for(lambda: being_built(database), 10)
        watermark = EventSender(EventStore(database)).ship(started(MEDIA, "a"), started(AI, "b"))
        assert watermark.applied_seq == 2
        assert not building.done()
        held_up.run_text("COMMIT")
        assert building.result(60)


def test_a_worker_builds_what_lists_of_tasks_need_once_the_database_is_prepared(database):
    def built():
        with database.transaction() as transaction:
            return [name for name in TASK_INDEXES if transaction.row("find_index", {"name": name})]

    with database.transaction() as transaction:
        transaction.run_text(f"DROP INDEX IF EXISTS {', '.join(TASK_INDEXES)}")
    prepared = []
    builder = IndexBuilder(database, TASK_INDEXES, ready=lambda: bool(prepared))
    builder.start()
    try:
        assert built() == []
        prepared.append(True)
        wait_for(lambda: built() == list(TASK_INDEXES), 20)
    finally:
        builder.stop()


def test_a_worker_does_not_wait_for_an_hour_because_another_was_building(build, database):
    builder = IndexBuilder(database, [NAME])
    with database.lock("index builds") as taken:
        assert taken
        assert builder._turn() < 60
    assert builder._turn() == 3600
    assert not build(), "it is there"
