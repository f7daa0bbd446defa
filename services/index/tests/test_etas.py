from dataclasses import replace

import pytest

from winnow_contracts.commands import RecordingFiles, StoreRecording, TranscribeAudio
from winnow_contracts.envelope import Envelope
from winnow_contracts.places import CallOutcome, PlaceLeft, PlaceWish
from winnow_index.control.etas import estimate
from winnow_index.control.places import Places
from winnow_index.history.event_store import EventStore
from winnow_index.history.read_model import ReadModel
from winnow_index.testing import AsJson, EventSender
from winnow_journal.event_factory import enqueued_event


def speeds(cost=0.1, rest_pace=None, untold_seconds=None):
    known = (
        {"busy_seconds": 100 * cost, "work_seconds": 100.0} if cost else {"busy_seconds": None, "work_seconds": None}
    )
    line = {"calls": 2.0, "told": 1, "ceiling": 16}
    return {**known, **line, "rest_pace": rest_pace, "untold_seconds": untold_seconds}


def one(job_id, left_seconds, seconds=None):
    return {"job_id": job_id, "left_seconds": left_seconds, "seconds": seconds or left_seconds}


def test_each_recording_waits_for_those_before_it_and_is_told_how_many():
    etas = estimate(speeds(), [one("a", 100), one("b", 50), one("c", 200)], [])
    assert [round(etas[job].seconds, 3) for job in "abc"] == [10, 15, 35]
    assert [etas[job].ahead for job in "abc"] == [0, 1, 2]


def test_what_is_heard_already_keeps_nobody_waiting_and_needs_its_rest_only():
    etas = estimate(speeds(rest_pace=0.02), [one("heard", 0, 100), one("next", 50)], [])
    assert (round(etas["heard"].seconds, 3), etas["heard"].ahead) == (2, 0)
    assert (round(etas["next"].seconds, 3), etas["next"].ahead) == (6, 0)


def test_nothing_is_told_before_anything_was_measured_or_where_a_length_is_unknown():
    assert estimate(speeds(cost=None), [one("a", 100)], []) == {}
    assert "b" not in estimate(speeds(), [one("a", 100), one("b", None)], [])


def test_time_goes_by_between_two_words_of_how_far_a_call_is_and_it_is_not_done_before_it_says_so():
    line, calls = [one("a", 100), one("b", 50)], [{"job_id": "a", "call_seconds": 100.0}]
    after = {seconds: estimate(speeds(untold_seconds=seconds), line, calls) for seconds in (4, 60)}
    assert [round(after[4][job].seconds, 3) for job in "ab"] == [6, 11]
    assert round(after[60]["a"].seconds, 3) == 1


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


@pytest.fixture
def asked(shipper):
    """Request the transcription of a recording of so many seconds; the request carries its length."""

    def ask(name, seconds):
        files = RecordingFiles(original_key="o", duration_ms=1000 * seconds, has_video=False, audio_key="a")
        command = TranscribeAudio(tenant_id="t", job_id=f"job_{name}", media_id=f"med_{name}", files=files)
        shipper.ship(enqueued_event(Envelope(command=command), "media", ""))

    return ask


@pytest.fixture
def measured(database):
    """Record a measurement of the speech model: so many seconds per second of sound, just now."""

    def measure(cost):
        with database.transaction() as transaction:
            transaction.run_text(
                f"UPDATE call_limit SET busy_seconds = {100 * cost}, work_seconds = 100, last_ms = clock_ms()"
            )

    return measure


def test_a_job_tells_its_length_and_when_it_will_be_done_by_the_speed_measured_here(database, asked, measured):
    asked("a", 100)
    asked("b", 300)
    places, library = Places(database), AsJson(ReadModel(database))
    assert library.job("t", "job_a")["eta"] is None
    wish = PlaceWish(api="speech x", holder="h", job_id="job_a", order_ms=1, told=1, left_seconds=100.0)
    places.wish(wish)
    places.leave(PlaceLeft(api="speech x", holder="h", outcome=CallOutcome.OK, seconds=20.0, work_seconds=100.0))
    places.wish(wish)
    measured(0.2)
    fresh = AsJson(ReadModel(database))
    first, second = fresh.job("t", "job_a")["eta"], fresh.job("t", "job_b")["eta"]
    assert (first["seconds"], first["ahead"]) == (20, 0)
    assert (second["seconds"], second["ahead"]) == (80, 1)
    assert {job["id"]: job["eta"]["ahead"] for job in fresh.jobs("t", limit=5, cursor=None, status=None)["items"]} == {
        "job_a": 0,
        "job_b": 1,
    }


def test_a_recording_that_is_heard_again_counts_in_full_though_its_run_before_was_done(
    database, shipper, asked, measured
):
    asked("again", 100)
    done = {"tenant_id": "t", "job_id": "job_again", "media_id": "med_again"}
    files = RecordingFiles(original_key="o", duration_ms=100_000, has_video=False, audio_key="a")
    stored = StoreRecording(**done, files=files, embedded_key="e")
    shipper.ship(enqueued_event(Envelope(command=stored), "ai", ""))
    again = TranscribeAudio(**done, files=files)
    shipper.ship(enqueued_event(Envelope(command=again, run=2), "index", ""))
    with database.transaction() as transaction:
        transaction.run_text("UPDATE job SET run = 2 WHERE job_id = 'job_again'")
    asked("behind", 50)
    places = Places(database)
    places.wish(PlaceWish(api="speech x", holder="h", job_id="job_again", order_ms=1, told=1, left_seconds=100.0))
    measured(0.1)
    reads = AsJson(ReadModel(database))
    etas = {name: reads.job("t", f"job_{name}")["eta"] for name in ("again", "behind")}
    assert {name: (eta["seconds"], eta["ahead"]) for name, eta in etas.items()} == {"again": (10, 0), "behind": (15, 1)}


def test_who_is_called_for_goes_before_who_came_first_and_waits(database, asked, measured):
    asked("early", 200)
    asked("late", 100)
    places = Places(database)

    def wish(name, order_ms, seconds):
        return PlaceWish(
            api="speech x", holder=name, job_id=f"job_{name}", order_ms=order_ms, told=1, left_seconds=seconds
        )

    late = wish("late", 2, 110.0)
    places.wish(late)
    places.wish(wish("early", 1, 200.0))
    places.wish(replace(late, calling=True, left_seconds=100.0))
    measured(0.1)
    jobs = {
        job["id"]: job["eta"]
        for job in AsJson(ReadModel(database)).jobs("t", limit=5, cursor=None, status=None)["items"]
    }
    assert (jobs["job_late"]["seconds"], jobs["job_late"]["ahead"]) == (10, 0)
    assert (jobs["job_early"]["seconds"], jobs["job_early"]["ahead"]) == (30, 1)
