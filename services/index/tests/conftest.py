import uuid

import pytest

from winnow_contracts.commands import PhotoFiles, RecordingFiles, StorePhoto, StoreRecording
from winnow_contracts.json_codec import to_json
from winnow_contracts.photo import Category, Finding, FoundItem, ItemState, PhotoAnswer
from winnow_contracts.transcript import EmbeddedTranscript, Passage, Segment, Transcript, Word
from winnow_index.database import Database
from winnow_index.history.photos import Photos
from winnow_index.history.read_model import ReadModel
from winnow_index.korean import Korean
from winnow_index.migrate import migrate
from winnow_index.search.floors import Floors
from winnow_index.search.searcher import Searcher
from winnow_index.store.photo_store import PhotoStore
from winnow_index.store.recording_store import RecordingStore
from winnow_index.testing import AsJson

MODEL = "toy-4"
TABLES = (
    "api_key, job, media, transcript, segment, passage, task_event, journal_watermark, task_log, lane_pause, photo, "
    "photo_feedback, applied_result, ai_spending, ai_spent_day, api_turn, answer_claim, call_limit, call_place, "
    "open_command, index_flag, event_set_aside, worker_status, schedule_run, audit_log, report, "
    "queue_stats, rate_limit, rate_limit_log, summed_hour, task_metadata, webhook, webhook_delivery, deleted_media, "
    "account, account_session, sign_in_attempt, tenant_quota, tenant_requests, feed, feed_episode, job_change"
)


@pytest.fixture(scope="session")
def prepared(database_url):
    """A database of this version, for all tests."""
    made = Database(database_url, connections=4)
    migrate(made)
    yield made
    made.close()


@pytest.fixture
def database(prepared):
    """The same, empty."""
    with prepared.transaction() as transaction:
        transaction.run_text(f"TRUNCATE {TABLES} CASCADE")
    return prepared


@pytest.fixture(scope="session")
def korean():
    made = Korean()
    made.morphemes("가")  # loaded: a search takes no morphemes while Kiwi loads
    return made


@pytest.fixture
def store(database, korean):
    return RecordingStore(database, korean)


@pytest.fixture
def photo_store(database):
    return PhotoStore(database)


@pytest.fixture
def photos(database):
    return AsJson(Photos(database))


@pytest.fixture
def library(database):
    return AsJson(ReadModel(database))


@pytest.fixture
def searcher(database, korean):
    return AsJson(Searcher(database, korean, Floors(of_all=0.5)))


def command(name, tenant="t", **fields):
    files = RecordingFiles(original_key=f"ok/{name}", duration_ms=60_000, has_video=True)
    return StoreRecording(
        tenant_id=tenant,
        job_id=f"job_{name}",
        media_id=f"med_{name}",
        files=fields.pop("files", files),
        embedded_key=fields.pop("embedded_key", f"embedded/{name}"),
    )


def embedded(*texts, vectors=None, language="en", dimensions=4, model=MODEL):
    """A transcript with one passage a text, ten seconds each; a word a second."""
    words, segments, passages = 0, [], []
    for n, text in enumerate(texts):
        start_ms = n * 10_000
        spoken = tuple(
            Word(text=word, start_ms=start_ms + i * 1000, end_ms=start_ms + i * 1000 + 900)
            for i, word in enumerate(text.split())
        )
        segments.append(Segment(text=text, start_ms=start_ms, end_ms=start_ms + 9_000, words=spoken))
        vector = vectors[n] if vectors else tuple(float(i == n % dimensions) for i in range(dimensions))
        passages.append(
            Passage(
                passage_id=str(uuid.uuid4()),
                text=text,
                start_ms=start_ms,
                end_ms=start_ms + 9_000,
                first_word=words,
                last_word=words + len(spoken),
                vector=vector,
            )
        )
        words += len(spoken)
    transcript = Transcript(language=language, duration_ms=60_000, model="ear-1", segments=tuple(segments))
    return EmbeddedTranscript(
        transcript=transcript, passages=tuple(passages), embedding_model=model, dimensions=dimensions
    )


def photo_command(name, tenant="t", attempt="won"):
    """The command that stores the photo ``name``, as one attempt of each task made it."""
    folder = f"ok/t/{tenant}/med_{name}/"
    files = PhotoFiles(
        original_key=folder + "original",
        image_key=f"{folder}{attempt}/image.jpg",
        thumbnail_key=f"{folder}{attempt}/thumbnail.jpg",
        image_sha256="0" * 64,
        width=2048,
        height=1536,
        warnings=("It was turned upright.",),
    )
    answer_key = f"{folder}{attempt}/answer.json"
    return StorePhoto(
        tenant_id=tenant, job_id=f"job_{name}", media_id=f"med_{name}", files=files, answer_key=answer_key
    )


def found(item="pet_bottle", category=Category.PLASTIC, confidence=0.9):
    return FoundItem(category=category, item=item, state=ItemState.CLEAN, confidence=confidence)


def answer(*items, abstained=False, **fields):
    """A photo's answer about these items, as JSON."""
    finding = Finding(items=items, abstained=abstained, model="eye-1", prompt="classify-1", threshold=0.6)
    return to_json(PhotoAnswer(finding=finding, advice=(), language="en", region="kr", **fields))


@pytest.fixture(name="photo_command")
def photo_command_fixture():
    return photo_command


@pytest.fixture(name="found")
def found_fixture():
    return found


@pytest.fixture(name="answer")
def answer_fixture():
    return answer


@pytest.fixture(name="command")
def command_fixture():
    return command


@pytest.fixture(name="embedded")
def embedded_fixture():
    return embedded
