"""Lists of media and photos by what is known of them."""

import pytest

from winnow_contracts.commands import RecordingFiles
from winnow_index.control.media_edits import MediaEdits


@pytest.fixture
def shelf(database, store, photo_store, command, embedded, photo_command, answer, found):
    """Three recordings and two photos, in the order of their names; all are ready but ``c``."""
    edits = MediaEdits(database)
    files = RecordingFiles(original_key="ok/b", duration_ms=3_600_000, has_video=True)
    store.store(command("a"), 1, embedded("good morning"))
    store.store(command("b", files=files), 1, embedded("안녕하세요", language="ko"))
    store.store(command("c", embedded_key=None), 1, None)
    photo_store.store(photo_command("p"), 1, answer(found()))
    photo_store.store(photo_command("q"), 1, answer(found(), abstained=True))
    edits.edit("t", "med_a", 0, title="Blue Heron at the pond", tags=["birds", "pond"])
    edits.edit("t", "med_b", 0, title="푸른 왜가리", tags=["birds"])
    edits.edit("t", "med_p", 0, title="Bottle", tags=["kitchen"])
    with database.transaction() as transaction:
        transaction.run_text("UPDATE media SET created_ms = 1000 * (position(substr(media_id, 5) IN 'abcpq'))")
        transaction.run_text("UPDATE media SET stored_ms = NULL, accepted = true WHERE media_id = 'med_c'")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, "qpcba"),
        ({"kind": "photo"}, "qp"),
        ({"kind": "recording", "status": "ready"}, "ba"),
        ({"language": "ko"}, "b"),
        ({"tag": "birds"}, "ba"),
        ({"tag": "bird"}, ""),
        ({"title": "POND heron"}, "a"),
        ({"title": "heron stork"}, ""),
        ({"title": "왜가"}, "b"),
        ({"title": "100%"}, ""),
        ({"created_after_ms": 2000, "created_before_ms": 4000}, "cb"),
        ({"min_duration_ms": 60_001}, "b"),
        ({"max_duration_ms": 60_000, "tag": "birds"}, "a"),
    ],
)
def test_media_are_listed_by_every_filter(shelf, library, wanted, names):
    page = library.media_list("t", limit=9, cursor=None, **wanted)
    assert [item["id"] for item in page["items"]] == [f"med_{name}" for name in names]
    assert library.media_list("other", limit=9, cursor=None, **wanted)["items"] == []


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, "qp"),
        ({"category": "plastic"}, "p"),
        ({"tag": "kitchen", "title": "bott", "created_before_ms": 5000, "status": "ready"}, "p"),
        ({"created_after_ms": 5000}, "q"),
    ],
)
def test_photos_are_listed_by_every_filter(shelf, photos, wanted, names):
    page = photos.page("t", limit=9, cursor=None, **wanted)
    assert [item["id"] for item in page["items"]] == [f"med_{name}" for name in names]


def test_pages_go_on_within_the_filters(shelf, library):
    first = library.media_list("t", limit=1, cursor=None, tag="birds")
    then = library.media_list("t", limit=1, cursor=first["next_cursor"], tag="birds")
    assert [item["id"] for page in (first, then) for item in page["items"]] == ["med_b", "med_a"]
    assert then["next_cursor"] is None


def test_facets_count_all_that_match(shelf, library):
    counted = library.facets("t")
    assert counted["facets"] == {
        "kind": {"recording": 3, "photo": 2},
        "language": {"en": 3, "ko": 1},
        "tag": {"birds": 2, "kitchen": 1, "pond": 1},
        "status": {"ready": 4, "processing": 1},
        "category": {"plastic": 1},
    }
    assert list(counted["facets"]["tag"]) == ["birds", "kitchen", "pond"], "the most frequent comes first"
    assert counted["total"] == {"value": 5, "relation": "eq"}
    assert library.facets("t", tag="birds", language="ko")["facets"]["tag"] == {"birds": 1}
    assert library.facets("t", kind="photo", category="plastic")["total"]["value"] == 1
    assert library.facets("other")["total"]["value"] == 0


def test_facets_of_a_large_library_are_bounded_and_say_so(shelf, library, monkeypatch):
    monkeypatch.setattr("winnow_index.history.read_model._MOST_COUNTED", 2)
    counted = library.facets("t")
    assert counted["total"] == {"value": 2, "relation": "gte"}
    assert counted["facets"]["kind"] == {"photo": 2}
