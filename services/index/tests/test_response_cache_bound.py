"""The response cache keeps to its size: the oldest answers go first, and what is left is told."""

import threading

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts import object_keys
from winnow_index.store.kept_answers import read_kept_answers
from winnow_retention.response_cache_bound import ResponseCacheBound

HOUR_MS = 3_600_000


class Ageing(MemoryObjectStore):
    """Objects of any age and size."""

    def aged(self, key, hours, size_bytes):
        self.put_bytes(key, bytes(size_bytes), "application/json")
        self._written_ms[key] -= hours * HOUR_MS


@pytest.fixture
def objects():
    store = Ageing()
    for hours in range(10):
        store.aged(answer(f"h{hours}"), hours, 100)
    return store


def answer(name, tenant="t"):
    return object_keys.paid_answer(tenant, name)


def pass_over(database, objects, limit_bytes, stopping=None):
    return ResponseCacheBound(database, objects, limit_bytes=limit_bytes).keep(stopping or threading.Event())


def left(objects):
    return set(objects.keys(object_keys.PAID_ANSWERS))


def test_the_oldest_answers_go_until_the_rest_fits(database, objects):
    assert pass_over(database, objects, 350) == {"answers": 3, "size_bytes": 300, "removed": 7}
    assert left(objects) == {answer(f"h{hours}") for hours in range(3)}


@pytest.mark.parametrize("limit_bytes", [0, 1000, 10_000])
def test_what_fits_stays_and_without_a_limit_all_does(database, objects, limit_bytes):
    assert pass_over(database, objects, limit_bytes) == {"answers": 10, "size_bytes": 1000, "removed": 0}


def test_of_answers_of_one_hour_only_so_many_go_as_have_to(database):
    objects = Ageing()
    for n in range(20):
        objects.aged(answer(f"{n}", f"tenant-{n % 3}"), 5, 10)
    assert pass_over(database, objects, 155) == {"answers": 15, "size_bytes": 150, "removed": 5}
    assert len(left(objects)) == 15


def test_other_objects_stay_however_large(database, objects):
    objects.aged("in/t/t/med_a/x", 400, 10_000)
    objects.aged(object_keys.action("t", "act_1"), 400, 10_000)
    pass_over(database, objects, 100)
    assert len(list(objects.keys(""))) == 3


def test_what_is_left_is_noted_with_the_time_of_the_oldest(database, objects):
    pass_over(database, objects, 0)
    before = read_kept_answers(database)
    pass_over(database, objects, 500)
    kept = read_kept_answers(database)
    assert (before.answers, before.limit_bytes, kept.answers) == (10, 0, 5)
    assert (kept.size_bytes, kept.limit_bytes) == (500, 500)
    assert before.oldest_at < kept.oldest_at < kept.counted_at


def test_an_empty_cache_is_told_too(database):
    assert pass_over(database, Ageing(), 100) == {"answers": 0, "size_bytes": 0, "removed": 0}
    assert read_kept_answers(database).oldest_at is None


def test_a_pass_that_is_broken_off_removes_nothing_more_and_notes_nothing(database, objects):
    stopping = threading.Event()
    stopping.set()
    pass_over(database, objects, 100, stopping)
    assert len(left(objects)) == 10
    assert read_kept_answers(database) is None
