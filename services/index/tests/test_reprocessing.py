"""A served recording is processed again from a stage on, and served meanwhile."""

from dataclasses import replace

import pytest

from winnow_contracts.captions import SOURCE
from winnow_contracts.commands import EmbedTranscript, RecordingFiles, ReplayTask, Reprocess, TranscribeAudio
from winnow_contracts.errors import Superseded
from winnow_contracts.index_api.search import Search
from winnow_index.actors import replay_task
from winnow_index.history.dead_tasks import Replays
from winnow_index.store.completion import Stored
from winnow_journal.testing.memory import MemoryJournal, memory_task
from winnow_retention.history_retention import HistoryRetention

FOLDER = "ok/t/t/med_a/x/"
FILES = RecordingFiles(
    original_key="in/t/t/med_a/u",
    duration_ms=60_000,
    has_video=True,
    audio_key=FOLDER + "audio.flac",
    warnings=("Dark.",),
)
WHOSE = {"tenant_id": "t", "job_id": "job_a", "media_id": "med_a"}


def asked(stage, run=1):
    return ReplayTask(**WHOSE, task_id="", expected_run=run, reprocess=stage)


@pytest.fixture
def served(store, command, embedded):
    """Stores a run of the recording ``a``, as an attempt made it."""

    def put(run, attempt="x", **fields):
        made = embedded("good morning", **fields)
        key = f"ok/t/t/med_a/{attempt}/embedded.json"
        return store.store(command("a", files=FILES, embedded_key=key), run, made)

    return put


@pytest.mark.parametrize(
    ("stage", "first"),
    [
        (Reprocess.EMBED, EmbedTranscript(**WHOSE, files=FILES, transcript_key=FOLDER + "embedded.json")),
        (Reprocess.TRANSCRIBE, TranscribeAudio(**WHOSE, files=FILES)),
    ],
)
def test_the_next_run_begins_at_the_stage_and_what_is_there_stays_served(database, served, library, stage, first):
    served(1)
    task = memory_task(asked(stage))
    replay_task(task, asked(stage), replays=Replays(database))
    assert [(one.command, one.run) for one in task.outgoing] == [(first, 2)]
    assert (library.job("t", "job_a")["status"], library.job("t", "job_a")["run"]) == ("queued", 2)
    assert library.media("t", "med_a")["status"] == "ready"
    assert library.transcript("t", "med_a")["segments"][0]["text"] == "good morning"


@pytest.mark.parametrize(("replace_captions", "first"), [(False, EmbedTranscript), (True, TranscribeAudio)])
def test_a_text_that_came_as_captions_stays_unless_it_is_to_be_replaced(
    database, store, command, embedded, replace_captions, first
):
    made = embedded("good morning")
    sent = replace(made, transcript=replace(made.transcript, model=SOURCE))
    store.store(command("a", files=FILES, embedded_key=FOLDER + "embedded.json"), 1, sent)
    wanted = replace(asked(Reprocess.TRANSCRIBE), replace_captions=replace_captions)
    assert isinstance(Replays(database).begin(wanted, by="r").command(), first)


def test_captions_that_come_later_are_embedded_in_place_of_what_was_heard(database, served):
    served(1)
    wanted = replace(asked(Reprocess.EMBED), captions_key="in/t/t/med_a/captions-1")
    begun = Replays(database).begin(wanted, by="r").command()
    assert begun == EmbedTranscript(**WHOSE, files=FILES, transcript_key="in/t/t/med_a/captions-1")


def test_a_recording_without_sound_gets_captions_too(database, store, command):
    store.store(command("a", embedded_key=None), 1, None)
    wanted = replace(asked(Reprocess.EMBED), captions_key="in/t/t/med_a/captions-1")
    begun = Replays(database).begin(wanted, by="r").command()
    assert isinstance(begun, EmbedTranscript)
    assert begun.transcript_key == "in/t/t/med_a/captions-1"


def test_after_a_change_of_the_model_a_recording_is_found_by_meaning_again(database, served, searcher):
    served(1, model="old")
    question = Search(tenant_id="t", q="zebra", mode="meaning", vector=(1.0, 0.0, 0.0, 0.0), generation="new")
    before = searcher.search(question)
    assert (before["items"], before["degraded"]) == ([], ["other_embedding_model"])
    Replays(database).begin(asked(Reprocess.EMBED), by="r")
    assert served(2, attempt="y", model="new") is Stored.STORED
    after = searcher.search(question)
    assert ([hit["media_id"] for hit in after["items"]], after["degraded"]) == (["med_a"], [])


def test_a_run_that_made_nothing_anew_leaves_what_is_served(database, served, searcher):
    """A node that still has the steps of the run before brings the same objects."""
    served(1)
    Replays(database).begin(asked(Reprocess.EMBED), by="r")
    assert served(2) is Stored.STORED
    assert [hit["media_id"] for hit in searcher.search(Search(tenant_id="t", q="morning", mode="words"))["items"]] == [
        "med_a"
    ]


def test_a_request_that_comes_twice_begins_one_run(database, served):
    served(1)
    begun = Replays(database).begin(asked(Reprocess.EMBED), by="r")
    assert Replays(database).begin(asked(Reprocess.EMBED), by="r") == begun
    with pytest.raises(Superseded):
        Replays(database).begin(asked(Reprocess.EMBED), by="another")
    with pytest.raises(Superseded):
        Replays(database).begin(asked(Reprocess.EMBED, run=2), by="another")


def test_a_second_request_within_the_hour_begins_a_run_of_its_own(database, served, library):
    journal = MemoryJournal()
    for run in (1, 2):
        served(run, attempt=f"a{run}")
        wanted = asked(Reprocess.EMBED, run=run)
        replay_task(memory_task(wanted, journal=journal, run=run + 1), wanted, replays=Replays(database))
        assert library.job("t", "job_a")["run"] == run + 1


def test_without_sound_or_a_result_nothing_begins(database, store, command):
    with pytest.raises(Superseded):
        Replays(database).begin(asked(Reprocess.EMBED), by="r")
    store.store(command("a", embedded_key=None), 1, None)
    for stage in Reprocess:
        with pytest.raises(Superseded):
            Replays(database).begin(asked(stage), by="r")


def test_of_a_job_whose_history_went_the_history_of_the_new_run_is_kept(database, served, library):
    served(1)
    with database.transaction() as transaction:
        transaction.run_text("UPDATE job SET finished_ms = 1")
    assert HistoryRetention(database, keep_days=30).drop() == 1
    assert library.trace("t", "job_a")["history_note"]
    Replays(database).begin(asked(Reprocess.EMBED), by="r")
    assert not library.trace("t", "job_a")["history_note"]
