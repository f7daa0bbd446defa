import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts import object_keys
from winnow_contracts.errors import Unavailable
from winnow_retention import object_expiry
from winnow_retention.object_expiry import ObjectExpiry

DAY_MS = 86_400_000


class Ageing(MemoryObjectStore):
    """Objects of any age, and a store that can be away after so many removals."""

    away_after = 10**9

    def aged(self, key, days):
        self.put_bytes(key, b"x", "text/plain")
        self._written_ms[key] -= round(days * DAY_MS)

    def remove(self, key):
        self.away_after -= 1
        if self.away_after < 0:
            raise Unavailable("It does not answer.", dependency="s3")
        super().remove(key)


@pytest.fixture
def objects():
    return Ageing()


@pytest.fixture
def expiry(database, objects):
    return ObjectExpiry(database, objects, answer_days=30)


def answer(name):
    return object_keys.paid_answer("t", name)


def left(objects):
    return set(objects.keys(""))


def test_answers_go_after_their_days_claims_after_thirty_repeats_after_seven_and_probes_after_one(expiry, objects):
    objects.aged(answer("old"), 30.1)
    objects.aged(answer("new"), 29.9)
    objects.aged(object_keys.probe("old"), 1.1)
    objects.aged(object_keys.probe("new"), 0.1)
    objects.aged(object_keys.action("t", "act_old"), 7.1)
    objects.aged(object_keys.action("t", "act_new"), 6.9)
    objects.aged(object_keys.claim("t", "job_old"), 30.1)
    objects.aged(object_keys.claim("t", "job_new"), 29.9)
    objects.aged("in/t/t/med_a/x", 400)
    objects.aged("ok/t/t/med_a/x/audio.flac", 400)
    objects.aged(object_keys.acceptance("t"), 400)
    assert expiry.expire() == 4
    assert left(objects) == {
        answer("new"),
        object_keys.claim("t", "job_new"),
        object_keys.action("t", "act_new"),
        object_keys.probe("new"),
        "in/t/t/med_a/x",
        "ok/t/t/med_a/x/audio.flac",
        object_keys.acceptance("t"),
    }


def test_it_is_done_once_a_day(expiry, objects):
    expiry.expire()
    objects.aged(answer("old"), 31)
    assert expiry.expire() == 0


def test_long_lists_are_read_to_their_end(expiry, objects, monkeypatch):
    monkeypatch.setattr(object_expiry, "_AT_ONCE", 3)
    for n in range(10):
        objects.aged(answer(f"{n}"), 31 if n % 2 else 1)
    assert expiry.expire() == 5
    assert left(objects) == {answer(f"{n}") for n in range(0, 10, 2)}


def test_another_worker_goes_on_where_one_was_broken_off(database, expiry, objects, monkeypatch):
    monkeypatch.setattr(object_expiry, "_AT_ONCE", 2)
    for n in range(6):
        objects.aged(answer(f"{n}"), 31)
    objects.away_after = 3
    with pytest.raises(Unavailable):
        expiry.expire()
    objects.away_after = 10**9
    objects.aged(answer("0"), 31)  # before where it was
    assert ObjectExpiry(database, objects, answer_days=30).expire() == 3
    assert left(objects) == {answer("0")}


def test_one_worker_does_it_at_a_time(database, expiry, objects):
    objects.aged(answer("old"), 31)
    with database.lock("object expiry") as taken:
        assert taken
        assert expiry.expire() == 0
    assert expiry.expire() == 1
