import dataclasses

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import (
    AdviseDisposal,
    PrepareRecording,
    RecordingFiles,
    ReplayTask,
    Reprocess,
    TranscribeAudio,
)
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import Superseded
from winnow_contracts.events import EventKind
from winnow_contracts.json_codec import to_json
from winnow_index.control.job_control import JobControl
from winnow_index.history.dead_tasks import DeadTasks, Replays
from winnow_index.history.event_store import EventStore
from winnow_index.history.read_model import ReadModel
from winnow_index.testing import AsJson, EventSender
from winnow_journal.event_factory import new_event
from winnow_retention.object_gc import ObjectGc

ROOT = "ok/t/t/med_a/"
ORIGINAL = ROOT + "original"
UPLOAD = "in/t/t/med_a"
OTHERS = ("in/t/t/med_ab", "ok/t/t/med_ab/x/audio.flac", "paid/t/t/hash.json")
FILES = RecordingFiles(
    original_key=ORIGINAL, duration_ms=5, has_video=True, audio_key=ROOT + "won/audio.flac", poster_key=ROOT + "won/p"
)
WINNER = {ORIGINAL, ROOT + "won/audio.flac", ROOT + "won/p", ROOT + "won/embedded.json"}
LOST = {UPLOAD, ROOT + "late/audio.flac", ROOT + "late/embedded.json"}
WHOSE = {"tenant_id": "t", "job_id": "job_a", "media_id": "med_a"}
PREPARE = Envelope(
    command=PrepareRecording(
        **WHOSE,
        original_key=UPLOAD,
        demuxer="mov",
        duration_ms=5,
        audio_stream=0,
        has_video=True,
        playable=True,
    )
)
TRANSCRIBE = Envelope(command=TranscribeAudio(**WHOSE, files=FILES))


@pytest.fixture
def objects():
    made = MemoryObjectStore()
    for key in (*WINNER, *LOST, *OTHERS):
        made.put_bytes(key, b"x", "text/plain")
    return made


@pytest.fixture
def sweep(database, objects):
    return ObjectGc(database, objects, every_seconds=60, grace_seconds=0, upload_days=7)


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


@pytest.fixture
def stored(store, command, embedded):
    winner = command("a", files=FILES, embedded_key=ROOT + "won/embedded.json")
    store.store(winner, 1, embedded("words"))


def left(objects):
    return {key for prefix in ("in/", "ok/", "paid/") for key in objects.keys(prefix)} - set(OTHERS)


def dead(about, attempt):
    return new_event(EventKind.DEAD, about, "n", attempt, outcome="failed", command=to_json(about.command))


def test_of_a_done_job_only_what_the_winner_names_stays(sweep, objects, stored):
    assert sweep.sweep() == len(LOST)
    assert left(objects) == WINNER
    assert sweep.sweep() == 0


def test_nothing_is_removed_before_its_grace_is_over(database, objects, stored):
    assert ObjectGc(database, objects, every_seconds=60, grace_seconds=3600, upload_days=7).sweep() == 0
    assert left(objects) == WINNER | LOST


def test_a_running_job_is_never_touched(sweep, objects, shipper):
    shipper.ship(new_event(EventKind.STARTED, PREPARE, "n", "won"))
    assert sweep.sweep() == 0
    assert left(objects) == WINNER | LOST


def test_a_late_attempt_makes_its_job_due_again(sweep, objects, stored, shipper):
    sweep.sweep()
    objects.put_bytes(ROOT + "later/audio.flac", b"x", "audio/flac")
    assert sweep.sweep() == 0
    shipper.ship(
        new_event(EventKind.STARTED, PREPARE, "n", "later"), new_event(EventKind.COMPLETED, PREPARE, "n", "later")
    )
    assert sweep.sweep() == 1
    assert left(objects) == WINNER


def test_captions_stay_until_the_run_that_takes_them_has_begun(sweep, objects, stored, shipper):
    captions = UPLOAD + "/captions-1"
    objects.put_bytes(captions, b"{}", "application/json")
    again = ReplayTask(**WHOSE, task_id="", expected_run=1, reprocess=Reprocess.EMBED, captions_key=captions)
    asked = Envelope(command=again, run=2)
    shipper.ship(new_event(EventKind.ENQUEUED, asked, "n", origin=""))
    assert sweep.sweep() == 0
    assert captions in left(objects)
    shipper.ship(new_event(EventKind.STARTED, asked, "n", "x"), new_event(EventKind.COMPLETED, asked, "n", "x"))
    assert sweep.sweep() > 0
    assert captions not in left(objects), "no run began: another was faster"


def test_a_failed_job_keeps_what_a_replay_would_need(sweep, objects, shipper):
    shipper.ship(dead(TRANSCRIBE, "late"))
    assert sweep.sweep() == 2
    kept = {ORIGINAL, FILES.audio_key, FILES.poster_key, ROOT + "late/audio.flac", ROOT + "late/embedded.json"}
    assert left(objects) == kept


def test_a_failed_job_whose_task_was_discarded_keeps_its_original_only(sweep, objects, shipper, database):
    shipper.ship(dead(TRANSCRIBE, "late"))
    AsJson(DeadTasks(database)).discard(TRANSCRIBE.task_id, "me")
    sweep.sweep()
    assert left(objects) == {ORIGINAL}


def test_a_job_that_failed_before_its_original_was_taken_over_keeps_the_upload(sweep, objects, shipper):
    objects.remove(ORIGINAL)
    shipper.ship(dead(PREPARE, "none"))
    sweep.sweep()
    assert left(objects) == {UPLOAD}


class TestUploads:
    """What stays of uploads, which become the original where they lie."""

    SERVED, OTHER = UPLOAD + "/served", UPLOAD + "/other"

    @pytest.fixture
    def objects(self):
        made = MemoryObjectStore()
        for key in (self.SERVED, self.OTHER, *OTHERS):
            made.put_bytes(key, b"x", "text/plain")
        return made

    def test_of_a_done_job_the_upload_that_is_served_stays(self, sweep, objects, store, command, embedded):
        files = dataclasses.replace(FILES, original_key=self.SERVED)
        store.store(command("a", files=files, embedded_key=None), 1, embedded("words"))
        assert sweep.sweep() == 1
        assert left(objects) == {self.SERVED}

    def test_a_failed_job_keeps_its_uploads(self, sweep, objects, shipper):
        shipper.ship(dead(PREPARE, "none"))
        assert sweep.sweep() == 0
        assert left(objects) == {self.SERVED, self.OTHER}


def test_a_cancelled_job_is_left_alone_until_its_open_task_has_ended(sweep, objects, shipper, database):
    shipper.ship(new_event(EventKind.ENQUEUED, TRANSCRIBE, "n", origin=""))
    JobControl(database).cancel("t", "job_a", None)
    assert sweep.sweep() == 0
    shipper.ship(new_event(EventKind.CANCELLED, TRANSCRIBE, "n", command=to_json(TRANSCRIBE.command)))
    assert sweep.sweep() > 0
    assert ORIGINAL in left(objects)
    assert FILES.audio_key in left(objects)


class TestExpiry:
    """Uploads of jobs without a result, after the time in which they may be run again."""

    @pytest.fixture
    def expires(self, database, objects):
        def after(days):
            with database.transaction() as transaction:
                transaction.run_text(
                    "UPDATE job SET finished_ms = finished_ms - %(ms)s", {"ms": round(days * 86_400_000)}
                )
            return ObjectGc(database, objects, every_seconds=60, grace_seconds=86_400, upload_days=7).sweep()

        return after

    def test_nothing_of_a_failed_job_stays_after_a_week(self, objects, shipper, expires):
        shipper.ship(dead(TRANSCRIBE, "late"))
        assert expires(6.9) == 0
        assert expires(0.2) == len(WINNER | LOST)
        assert left(objects) == set()

    def test_nothing_of_a_job_stays_that_was_cancelled_with_a_task_that_never_ended(
        self, objects, shipper, expires, database
    ):
        shipper.ship(new_event(EventKind.ENQUEUED, TRANSCRIBE, "n", origin=""))
        JobControl(database).cancel("t", "job_a", None)
        expires(8)
        assert left(objects) == set()

    def test_no_run_begins_after_its_upload_has_expired(self, shipper, expires, database):
        shipper.ship(dead(TRANSCRIBE, "late"))
        assert AsJson(DeadTasks(database)).one(TRANSCRIBE.task_id)["replayable"]
        expires(8)
        assert not AsJson(DeadTasks(database)).one(TRANSCRIBE.task_id)["replayable"]
        assert not AsJson(ReadModel(database)).trace("t", "job_a")["tasks"][0]["replayable"]
        with pytest.raises(Superseded, match="uploads have expired"):
            Replays(database).begin(ReplayTask(**WHOSE, task_id=TRANSCRIBE.task_id, expected_run=1), by="one")

    def test_a_job_that_runs_again_keeps_its_upload(self, objects, shipper, expires, database):
        shipper.ship(dead(TRANSCRIBE, "late"))
        Replays(database).begin(ReplayTask(**WHOSE, task_id=TRANSCRIBE.task_id, expected_run=1), by="one")
        assert expires(8) == 0
        again = dataclasses.replace(TRANSCRIBE, run=2)
        shipper.ship(dead(again, "later"))  # and has another week when it fails again
        expires(6)
        assert left(objects) == WINNER | LOST

    def test_of_a_done_job_all_that_is_served_stays(self, objects, stored, expires):
        expires(8)
        assert ORIGINAL in left(objects)

    def test_a_late_event_brings_no_upload_back(self, sweep, objects, shipper, expires):
        shipper.ship(dead(TRANSCRIBE, "late"))
        expires(8)
        objects.put_bytes(ROOT + "later/audio.flac", b"x", "audio/flac")
        shipper.ship(new_event(EventKind.STARTED, PREPARE, "n", "later"))
        assert sweep.sweep() == 1
        assert left(objects) == set()


def test_a_replayed_job_is_not_swept_while_it_runs(sweep, objects, shipper, database):
    shipper.ship(dead(TRANSCRIBE, "late"))
    Replays(database).begin(ReplayTask(**WHOSE, task_id=TRANSCRIBE.task_id, expected_run=1), by="one")
    assert sweep.sweep() == 0
    assert left(objects) == WINNER | LOST


def test_a_result_stored_before_its_keys_were_kept_is_left_alone(sweep, objects, stored, database):
    with database.transaction() as transaction:
        transaction.run_text("UPDATE job SET kept_keys = NULL")
    assert sweep.sweep() == 0
    assert left(objects) == WINNER | LOST


def test_one_node_sweeps_at_a_time(sweep, objects, stored, database):
    with database.lock("object sweep") as taken:
        assert taken
        assert sweep.sweep() == 0
    assert sweep.sweep() == len(LOST)


class TestPhoto:
    """What stays of a photo."""

    ROOT = "ok/t/t/med_p/"
    FINDING = ROOT + "classified/finding.json"
    SERVED = frozenset(
        {ROOT + "original", ROOT + "won/image.jpg", ROOT + "won/thumbnail.jpg", ROOT + "won/answer.json"}
    )
    LOST = frozenset({"in/t/t/med_p", FINDING, ROOT + "late/image.jpg", ROOT + "late/finding.json"})

    @pytest.fixture
    def objects(self):
        made = MemoryObjectStore()
        for key in (*self.SERVED, *self.LOST, *OTHERS):
            made.put_bytes(key, b"x", "text/plain")
        return made

    def test_of_a_done_photo_its_pictures_and_its_answer_stay(self, sweep, objects, photo_store, photo_command, answer):
        photo_store.store(photo_command("p"), 1, answer())
        assert sweep.sweep() == len(self.LOST)
        assert left(objects) == self.SERVED

    def test_a_failed_photo_keeps_its_finding_for_a_replay(self, sweep, objects, shipper, photo_command):
        whose = {"tenant_id": "t", "job_id": "job_p", "media_id": "med_p"}
        files = photo_command("p").files
        advise = AdviseDisposal(**whose, files=files, finding_key=self.FINDING, language="en", region="kr")
        shipper.ship(dead(Envelope(command=advise), "late"))
        sweep.sweep()
        kept = {self.ROOT + "original", files.image_key, files.thumbnail_key, self.FINDING}
        assert left(objects) == kept | {self.ROOT + "late/image.jpg", self.ROOT + "late/finding.json"}

    def test_pictures_of_an_earlier_run_go_when_a_later_one_is_served(
        self, sweep, objects, photo_store, photo_command, answer
    ):
        photo_store.store(photo_command("p", attempt="late"), 1, answer())
        photo_store.store(photo_command("p"), 2, answer())
        sweep.sweep()
        assert left(objects) == self.SERVED
