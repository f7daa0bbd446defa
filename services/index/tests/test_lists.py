import pytest

from winnow_contracts.errors import BadInput, NotFound
from winnow_index.history.task_history import TaskHistories


@pytest.fixture
def shelf(store, command, embedded):
    for name in "abcde":
        store.store(command(name), 1, embedded("words"))
    store.store(command("z", tenant="other"), 1, embedded("words"))


def test_pages_follow_each_other_without_gap_or_repeat(library, shelf):
    seen, cursor = [], None
    while True:
        page = library.media_list("t", limit=2, cursor=cursor, status=None)
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == [f"med_{name}" for name in "abcde"]
    assert len(library.jobs("t", limit=100, cursor=None, status="done")["items"]) == 5
    assert library.jobs("t", limit=100, cursor=None, status="failed")["items"] == []


@pytest.mark.parametrize("cursor", ["nonsense", "e30", "%%%"])
def test_a_cursor_that_is_none_is_refused(library, cursor):
    with pytest.raises(BadInput) as refusal:
        library.media_list("t", limit=2, cursor=cursor, status=None)
    assert refusal.value.code == "invalid-cursor"


def test_a_cursor_of_other_filters_is_refused(library, shelf):
    cursor = library.media_list("t", limit=2, cursor=None, status=None)["next_cursor"]
    with pytest.raises(BadInput):
        library.media_list("t", limit=2, cursor=cursor, status="ready")


def test_no_read_shows_another_tenants_things(library, shelf):
    assert [item["id"] for item in library.media_list("other", limit=10, cursor=None, status=None)["items"]] == [
        "med_z"
    ]
    for read in (library.media, library.transcript):
        with pytest.raises(NotFound):
            read("t", "med_z")
    for read in (library.job, library.trace):
        with pytest.raises(NotFound):
            read("t", "job_z")


def test_ended_jobs_are_told_from_others(database, shelf):
    assert TaskHistories(database).ended(["job_a", "job_unknown"]) == {"job_a": 1}
