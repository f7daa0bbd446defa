import pytest

from winnow_contracts.errors import BadInput, Conflict, NotFound
from winnow_contracts.photo import Category
from winnow_index.history.event_store import EventStore
from winnow_index.history.feedback import MOST_NOTE_CHARACTERS, Correction, Feedback
from winnow_index.testing import AsJson, EventSender, photo_accepted

CAN = Correction(
    correct_category="metal", correct_item="aluminum_can", correct_state="dirty", note="It is a can\0 of cola."
)


@pytest.fixture
def feedback(database):
    return AsJson(Feedback(database))


@pytest.fixture
def photo(photo_store, photo_command, answer, found):
    photo_store.store(photo_command("p"), 1, answer(found()))


def labels(feedback, tenant="t", limit=10, cursor=None):
    return feedback.labels(tenant, limit=limit, cursor=cursor)


def test_a_correction_is_kept_and_shown_with_its_photo(feedback, photos, photo):
    kept = feedback.add("t", "med_p", CAN, by="wk_1")
    assert kept.pop("media_id") == "med_p"
    assert kept.items() >= {"correct_item": "aluminum_can", "note": "It is a can of cola."}.items()
    assert photos.one("t", "med_p")["feedback"] == [kept]
    assert photos.page("t", limit=1, cursor=None, status=None)["items"][0]["feedback"] == [kept]


def test_corrections_are_labelled_data_of_what_was_said_then_and_the_picture_that_is_there_now(
    feedback, photo, photo_store, photo_command, answer, found
):
    feedback.add("t", "med_p", CAN, by="wk_1")
    photo_store.store(photo_command("p", attempt="second"), 2, answer(found("paper", Category.PAPER)))
    feedback.add("t", "med_p", Correction(correct_category="glass"), by="wk_1")
    newest, oldest = labels(feedback)["items"]
    assert oldest["said"] == {
        "category": "plastic",
        "item": "pet_bottle",
        "state": "clean",
        "confidence": 0.9,
        "abstained": False,
        "model": "eye-1",
    }
    assert newest["said"]["item"] == "paper"
    assert oldest["correct"] == {"category": "metal", "item": "aluminum_can", "state": "dirty"}
    assert newest["correct"] == {"category": "glass", "item": None, "state": None}
    assert {one["image_key"] for one in (newest, oldest)} == {"ok/t/t/med_p/second/image.jpg"}
    assert labels(feedback, tenant="other") == {"items": [], "next_cursor": None}


def test_pages_of_labels_follow_each_other_without_gap_or_repeat(feedback, photo):
    kept = [feedback.add("t", "med_p", CAN, by="wk_1")["id"] for _ in range(5)]
    seen, cursor = [], None
    while cursor or not seen:
        page = labels(feedback, limit=2, cursor=cursor)
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == kept[::-1]


def test_only_a_photo_with_an_answer_is_corrected(database, feedback, store, command):
    store.store(command("a", embedded_key=None), 1, None)
    for media_id in ("med_p", "med_a"):
        with pytest.raises(NotFound):
            feedback.add("t", media_id, CAN, by="wk_1")
    EventSender(EventStore(database)).ship(photo_accepted())
    with pytest.raises(Conflict) as early:
        feedback.add("t", "med_p", CAN, by="wk_1")
    assert early.value.code == "not-ready"
    with pytest.raises(NotFound):
        feedback.add("other", "med_p", CAN, by="wk_1")


@pytest.mark.parametrize(
    "wrong",
    [
        Correction(correct_category="treasure"),
        Correction(correct_category="glass", correct_state="shiny"),
        Correction(correct_category="glass", correct_item="A Bottle!"),
        Correction(correct_category="glass", correct_item="a" * 65),
        Correction(correct_category="glass", note="x" * (MOST_NOTE_CHARACTERS + 1)),
    ],
)
def test_a_correction_that_can_not_be_used_is_refused(feedback, photo, wrong):
    with pytest.raises(BadInput):
        feedback.add("t", "med_p", wrong, by="wk_1")
    assert labels(feedback)["items"] == []


def test_an_item_of_no_list_may_be_right(feedback, photo):
    feedback.add("t", "med_p", Correction(correct_category="glass", correct_item="thermos_2"), by="wk_1")
    assert labels(feedback)["items"][0]["correct"]["item"] == "thermos_2"
