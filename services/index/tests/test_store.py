import dataclasses
from unittest.mock import Mock

import pytest

from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import BadInput, Conflict, NotFound, Unavailable
from winnow_contracts.index_api.search import Search
from winnow_index.database import Transaction
from winnow_index.history.event_store import EventStore
from winnow_index.store.completion import Stored
from winnow_index.testing import EventSender, started


def test_a_recording_is_stored_with_its_words_and_its_job_is_done(store, library, command, embedded):
    assert store.store(command("a"), 1, embedded("hello bright world", "good night")) is Stored.STORED
    media = library.media("t", "med_a")
    assert (media["status"], media["has_transcript"], media["duration_ms"]) == ("ready", True, 60_000)
    assert media["keys"]["original"] == "ok/a"
    transcript = library.transcript("t", "med_a")
    assert [segment["text"] for segment in transcript["segments"]] == ["hello bright world", "good night"]
    assert transcript["segments"][0]["words"][1] == {
        "text": "bright",
        "start_ms": 1000,
        "end_ms": 1900,
        "confidence": 1.0,
    }
    job = library.job("t", "job_a")
    assert (job["status"], {stage["status"] for stage in job["stages"]}) == ("done", {"done"})


def test_the_same_result_twice_is_stored_once(store, command, embedded, database):
    result = embedded("one", "two")
    assert store.store(command("a"), 1, result) is Stored.STORED
    assert store.store(command("a"), 1, result) is Stored.ALREADY_APPLIED
    with database.transaction() as transaction:
        assert transaction.run_text("SELECT * FROM passage") == 2


def test_another_attempts_late_result_of_the_same_run_changes_nothing(store, library, command, embedded):
    store.store(command("a"), 1, embedded("the first words"))
    late = command("a", embedded_key="embedded/late")
    assert store.store(late, 1, embedded("other words")) is Stored.SUPERSEDED
    assert library.transcript("t", "med_a")["segments"][0]["text"] == "the first words"


def test_the_next_run_replaces_what_is_served_in_one_transaction(store, library, command, embedded, searcher):
    store.store(command("a"), 1, embedded("old words"))
    assert store.store(command("a", embedded_key="embedded/2"), 2, embedded("new words")) is Stored.STORED
    assert library.transcript("t", "med_a")["segments"][0]["text"] == "new words"
    assert store.store(command("a"), 1, embedded("old words")) is Stored.SUPERSEDED


def test_a_recording_without_sound_is_ready_with_an_empty_transcript(store, library, command):
    assert store.store(command("mute", embedded_key=None), 1, None) is Stored.STORED
    transcript = library.transcript("t", "med_mute")
    assert (transcript["segments"], transcript["speech"]) == ([], {"ratio": 0.0})


def test_a_vector_of_a_wrong_length_is_refused_and_nothing_is_stored(store, library, command, embedded):
    with pytest.raises(BadInput, match="3 numbers"):
        store.store(command("a"), 1, embedded("one", vectors=[(0.1, 0.2, 0.3)]))
    with pytest.raises(NotFound):
        library.media("t", "med_a")


def test_warnings_of_files_and_transcript_are_told_by_media_job_and_transcript(store, library, command, embedded):
    heard = embedded("hello")
    spoken = dataclasses.replace(heard.transcript, warnings=("Some of it is in another language (de).",))
    files = dataclasses.replace(command("a").files, warnings=("cut-off 61 %",))
    store.store(command("a", files=files), 1, dataclasses.replace(heard, transcript=spoken))
    told = ["cut-off 61 %", "Some of it is in another language (de)."]
    assert library.media("t", "med_a")["warnings"] == told
    assert library.job("t", "job_a")["warnings"] == told
    assert library.transcript("t", "med_a")["warnings"] == told


def test_a_job_of_another_tenant_is_not_overwritten(store, command, embedded):
    store.store(command("a"), 1, embedded("mine"))
    with pytest.raises(Conflict):
        store.store(dataclasses.replace(command("a"), tenant_id="thief"), 2, embedded("stolen"))


def test_text_that_postgresql_can_not_keep_is_cleaned(store, library, command, embedded):
    store.store(command("a"), 1, embedded("zero\0byte"))
    assert library.transcript("t", "med_a")["segments"][0]["text"] == "zerobyte"


def passages(database):
    with database.transaction() as transaction:
        return transaction.run_text("SELECT 1 FROM passage")


def test_events_of_a_job_are_stored_while_its_vectors_are_inserted(store, command, embedded, database, monkeypatch):
    add, sender = Transaction.add, EventSender(EventStore(database))
    about = Envelope(command=command("a"), created_ms=1)

    def slow(self, name, rows, template=None):
        add(self, name, rows, template)
        if name == "store_passages":
            assert sender.ship(started(about, "attempt-1")).applied_seq == 1

    monkeypatch.setattr(Transaction, "add", slow)
    assert store.store(command("a"), 1, embedded("hello")) is Stored.STORED


def test_passages_of_a_result_that_came_too_late_are_neither_found_nor_kept(
    store, command, embedded, searcher, database
):
    store.store(command("a"), 2, embedded("the right answer"))
    late = store.store(command("a", embedded_key="embedded/late"), 1, embedded("the right answer", "and more"))
    assert late is Stored.SUPERSEDED
    assert passages(database) == 1
    assert searcher.search(Search(tenant_id="t", q="more"))["items"] == []


def test_passages_of_a_result_that_is_replaced_go(store, command, embedded, searcher, database):
    store.store(command("a"), 1, embedded("the same words", "the first run"))
    store.store(command("a", embedded_key="embedded/next"), 2, embedded("the same words", "the second run"))
    assert passages(database) == 2
    assert len(searcher.search(Search(tenant_id="t", q="same words"))["items"]) == 1
    assert searcher.search(Search(tenant_id="t", q="first"))["items"] == []


def test_passages_that_a_killed_attempt_left_are_not_found_and_the_next_attempt_stores_the_rest(
    store, command, embedded, searcher, database, monkeypatch
):
    half = embedded("half a result")
    with monkeypatch.context() as patched:
        patched.setattr(store._results, "apply", Mock(side_effect=Unavailable("killed", dependency="postgres")))
        with pytest.raises(Unavailable):
            store.store(command("a"), 1, half)
    assert passages(database) == 1
    assert searcher.search(Search(tenant_id="t", q="half"))["items"] == []
    assert store.store(command("a"), 1, half) is Stored.STORED
    assert passages(database) == 1
    assert searcher.search(Search(tenant_id="t", q="half"))["items"] != []
