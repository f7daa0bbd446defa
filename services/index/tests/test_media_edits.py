"""Titles and tags are edited by the version that was read."""

import pytest

from winnow_contracts.errors import Conflict, Gone, NotFound
from winnow_index.control.media_edits import MediaEdits
from winnow_index.history.event_store import EventStore
from winnow_index.testing import EventSender, photo_accepted
from winnow_retention.deletion import Deletion


@pytest.fixture
def edits(database):
    return MediaEdits(database)


def test_title_and_tags_change_and_what_is_not_given_stays(edits, store, command, library):
    store.store(command("a", embedded_key=None), 1, None)
    edited = edits.edit("t", "med_a", 0, title="Heron", tags=["pond", "blue", "pond"])
    assert (edited.title, edited.tags, edited.version) == ("Heron", ("blue", "pond"), 1)
    edited = edits.edit("t", "med_a", 1, title=None, tags=[])
    assert (edited.title, edited.tags, edited.version) == ("Heron", (), 2)
    assert library.media("t", "med_a")["title"] == "Heron"


def test_an_edit_of_an_older_version_changes_nothing(edits, store, command, library):
    store.store(command("a", embedded_key=None), 1, None)
    edits.edit("t", "med_a", 0, title="Heron", tags=None)
    with pytest.raises(Conflict) as stale:
        edits.edit("t", "med_a", 0, title="Stork", tags=None)
    assert stale.value.code == "precondition-failed"
    assert library.media("t", "med_a")["title"] == "Heron"


def test_nobody_edits_anothers_media_or_a_deleted_one(edits, database, store, command):
    store.store(command("a", embedded_key=None), 1, None)
    with pytest.raises(NotFound):
        edits.edit("other", "med_a", 0, title="Stork", tags=None)
    Deletion(database).delete("t", "med_a", "key")
    with pytest.raises(Gone):
        edits.edit("t", "med_a", 0, title="Stork", tags=None)


def test_an_acceptance_that_comes_later_leaves_an_edited_title(
    edits, database, photo_store, photo_command, answer, photos
):
    """Journals are independent: another gateway's acceptance of the same job may come at any time."""
    EventSender(EventStore(database)).ship(photo_accepted())
    photo_store.store(photo_command("p"), 1, answer())
    edits.edit("t", "med_p", 0, title="Green can", tags=["kitchen"])
    EventSender(EventStore(database), journal="j2").ship(photo_accepted("g2"))
    photo = photos.one("t", "med_p")
    assert (photo["title"], photo["tags"], photo["filename"]) == ("Green can", ["kitchen"], "can.heic")
