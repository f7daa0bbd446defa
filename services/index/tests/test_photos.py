import json

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import ReplayTask
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import BadInput, Conflict, NotFound, Superseded
from winnow_contracts.events import EventKind
from winnow_contracts.photo import Category
from winnow_index.actors import store_photo
from winnow_index.history.event_store import EventStore
from winnow_index.store.completion import Stored
from winnow_index.testing import PHOTO, EventSender, enqueued, photo_accepted
from winnow_journal.event_factory import new_event
from winnow_journal.testing.memory import memory_task

PROBLEM = {"code": "corrupt-image", "detail": "It was cut off.", "hint": "", "retryable": False}


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


def test_a_photo_is_served_with_its_answer_as_it_is_and_its_job_is_done(
    photo_store, photos, library, shipper, photo_command, answer, found
):
    shipper.ship(photo_accepted())
    said = {**answer(found(), warnings=("It is blurred.",)), "of_a_later_version": [1, {"a": None}]}
    assert photo_store.store(photo_command("p"), 1, said) is Stored.STORED
    shown = photos.one("t", "med_p")
    assert shown == {
        "id": "med_p",
        "job_id": "job_p",
        "status": "ready",
        "created_at": "2023-11-14T22:13:20.000Z",
        "title": "can",
        "tags": [],
        "version": 0,
        "filename": "can.heic",
        "content_type": "image/heic",
        "size_bytes": 9,
        "width": 2048,
        "height": 1536,
        "warnings": ["It was turned upright.", "It is blurred."],
        "answer": said,
        "keys": {
            "original": "ok/t/t/med_p/original",
            "image": "ok/t/t/med_p/won/image.jpg",
            "thumbnail": "ok/t/t/med_p/won/thumbnail.jpg",
        },
        "spent": {"calls": 0, "cached": 0, "tokens_in": 0, "tokens_out": 0, "audio_seconds": 0.0, "cost_usd": 0.0},
        "feedback": [],
    }
    job = library.job("t", "job_p")
    assert job["status"] == "done"
    assert [stage["name"] for stage in job["stages"]] == ["prepare", "classify", "guidance", "store"]
    media = library.media("t", "med_p")
    assert (media["kind"], media["status"], media["keys"]["thumbnail"]) == (
        "photo",
        "ready",
        shown["keys"]["thumbnail"],
    )


def test_the_columns_are_those_of_the_surest_item(database, photo_store, photo_command, answer, found):
    can = found("aluminum_can", Category.METAL, 0.95)
    photo_store.store(photo_command("p"), 1, answer(found(), can, abstained=True))
    with database.transaction() as transaction:
        picked = "category = 'metal' AND item = 'aluminum_can' AND state = 'clean' AND confidence = 0.95 AND abstained"
        rest = "model = 'eye-1' AND language = 'en' AND region = 'kr' AND width = 2048 AND image_sha256 <> ''"
        assert transaction.run_text(f"SELECT FROM photo WHERE {picked} AND {rest}") == 1


def test_a_photo_that_shows_nothing_has_an_answer_too(photo_store, photos, photo_command, answer):
    photo_store.store(photo_command("p"), 1, answer(abstained=True))
    assert photos.one("t", "med_p")["answer"]["finding"]["items"] == []


def test_a_photo_that_is_being_worked_on_or_failed_has_no_answer(photos, library, shipper):
    shipper.ship(enqueued(PHOTO))
    assert library.job("t", "job_p")["stages"][0]["name"] == "prepare", "before its acceptance is heard of"
    shipper.ship(photo_accepted())
    shown = photos.one("t", "med_p")
    assert (shown["status"], shown["answer"], shown["width"], shown["warnings"]) == ("processing", None, None, [])
    assert shown["keys"] == {"original": None, "image": None, "thumbnail": None}
    shipper.ship(new_event(EventKind.DEAD, PHOTO, "n", "a", problem=PROBLEM, outcome="failed"))
    assert photos.one("t", "med_p")["status"] == "failed"
    assert photos.page("t", limit=5, cursor=None, status="failed")["items"][0]["id"] == "med_p"


def test_of_one_run_the_first_answer_stays_and_a_later_run_replaces_it(
    photo_store, photos, photo_command, answer, found
):
    first, late = photo_command("p"), photo_command("p", attempt="late")
    assert photo_store.store(first, 1, answer(found())) is Stored.STORED
    assert photo_store.store(first, 1, answer(found())) is Stored.ALREADY_APPLIED
    assert photo_store.store(late, 1, answer(found("paper", Category.PAPER))) is Stored.SUPERSEDED
    assert photos.one("t", "med_p")["answer"]["finding"]["items"][0]["item"] == "pet_bottle"
    assert photo_store.store(late, 2, answer(found("paper", Category.PAPER))) is Stored.STORED
    shown = photos.one("t", "med_p")
    assert shown["answer"]["finding"]["items"][0]["item"] == "paper"
    assert shown["keys"]["image"] == late.files.image_key


@pytest.mark.parametrize("wrong", [None, [], {}, {"finding": {"items": 5}}, {"finding": {"abstained": False}}])
def test_an_answer_that_is_none_is_refused_and_nothing_is_stored(photo_store, photos, photo_command, wrong):
    with pytest.raises(BadInput) as refusal:
        photo_store.store(photo_command("p"), 1, wrong)
    assert refusal.value.code == "upstream-invalid"
    with pytest.raises(NotFound):
        photos.one("t", "med_p")


def test_a_category_nobody_knows_is_refused(photo_store, photo_command, answer, found):
    said = json.loads(json.dumps(answer(found())).replace('"plastic"', '"treasure"'))
    with pytest.raises(BadInput):
        photo_store.store(photo_command("p"), 1, said)


def test_text_that_postgresql_can_not_keep_is_cleaned(photo_store, photos, photo_command, answer, found):
    photo_store.store(photo_command("p"), 1, answer(found(), warnings=("zero\0byte \ud800",)))
    assert photos.one("t", "med_p")["warnings"][-1] == "zerobyte ?"


def test_the_actor_stores_once_and_tells_a_late_attempt(photo_store, photos, photo_command, answer, found):
    objects = MemoryObjectStore()
    first, late = photo_command("p"), photo_command("p", attempt="late")
    objects.put_json(first.answer_key, answer(found()))
    objects.put_json(late.answer_key, answer())
    for _ in range(2):
        store_photo(memory_task(first), first, objects=objects, store=photo_store)
    with pytest.raises(Superseded):
        store_photo(memory_task(late), late, objects=objects, store=photo_store)
    assert len(photos.one("t", "med_p")["answer"]["finding"]["items"]) == 1


def test_another_tenant_neither_sees_nor_overwrites_a_photo(photo_store, photos, photo_command, answer):
    photo_store.store(photo_command("p"), 1, answer())
    with pytest.raises(NotFound):
        photos.one("other", "med_p")
    assert photos.page("other", limit=5, cursor=None, status=None)["items"] == []
    with pytest.raises(Conflict):
        photo_store.store(photo_command("p", tenant="other"), 2, answer())


def test_photos_and_recordings_are_listed_together_and_apart(
    photo_store, photos, store, library, photo_command, answer, command, embedded
):
    for name in "abc":
        photo_store.store(photo_command(f"photo_{name}"), 1, answer())
        store.store(command(name), 1, embedded("words"))

    def media(kind, limit=10, cursor=None):
        return library.media_list("t", limit=limit, cursor=cursor, status="ready", kind=kind)

    assert {item["kind"] for item in media(None)["items"]} == {"photo", "recording"}
    assert [item["kind"] for item in media("photo")["items"]] == ["photo"] * 3
    assert len(media("recording")["items"]) == 3
    first = photos.page("t", limit=2, cursor=None, status=None)
    rest = photos.page("t", limit=2, cursor=first["next_cursor"], status=None)
    assert {item["id"] for page in (first, rest) for item in page["items"]} == {f"med_photo_{name}" for name in "abc"}
    assert rest["next_cursor"] is None
    with pytest.raises(BadInput):
        media("photo", cursor=media("recording", limit=1)["next_cursor"])
    with pytest.raises(NotFound):
        photos.one("t", "med_a")


def test_a_recording_stored_again_still_replaces_what_was_stored(store, library, command, embedded):
    store.store(command("a"), 1, embedded("old"))
    store.store(command("a", embedded_key="embedded/2"), 2, embedded("new"))
    assert library.transcript("t", "med_a")["segments"][0]["text"] == "new"


def test_a_replayed_photo_keeps_its_kind(library, shipper):
    replay = Envelope(
        command=ReplayTask(tenant_id="t", job_id="job_p", media_id="med_p", task_id="x", expected_run=1), run=2
    )
    shipper.ship(enqueued(PHOTO), enqueued(replay))
    assert library.trace("t", "job_p")["job"]["stages"][0]["name"] == "prepare"
