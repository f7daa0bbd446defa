"""The bucket's objects in a backup: each content once, nothing twice, nothing that was removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from winnow_backup.folder import BackupFolder
from winnow_backup.objects import ObjectCopies, listed_objects, read_list
from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts import object_keys
from winnow_contracts.errors import Misconfigured, Unavailable


class CountingStore(MemoryObjectStore):
    """Counts the objects that were fetched; does not answer for those in ``away``."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.away: set[str] = set()

    def chunks(self, key: str, start: int = 0, length: int | None = None):  # type: ignore[no-untyped-def]
        if key in self.away:
            raise Unavailable("the object store does not answer", dependency="s3")
        self.fetched.append(key)
        return super().chunks(key, start, length)


@pytest.fixture
def store() -> CountingStore:
    store = CountingStore()
    store.put_bytes("in/a", b"one", "audio/wav")
    store.put_bytes("in/b", b"two", "image/jpeg")
    store.put_bytes("in/c", b"one", "audio/wav")
    return store


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[BackupFolder]:
    folder = BackupFolder(tmp_path / "backup")
    with folder.made():
        yield folder


def test_equal_contents_are_one_file_and_each_object_keeps_its_type(
    store: CountingStore, folder: BackupFolder, tmp_path: Path
) -> None:
    copies = ObjectCopies(folder, store, ())
    listed = listed_objects(store)
    copies.copy(listed)
    assert copies.keep({one.key for one in listed}, tmp_path / "list") == (3, 9)
    kept = {one.key: one for one in read_list(tmp_path / "list")}
    assert {key: one.content_type for key, one in kept.items()} == {
        "in/a": "audio/wav",
        "in/b": "image/jpeg",
        "in/c": "audio/wav",
    }
    assert {folder.content(one.sha256).read_bytes() for one in kept.values()} == {b"one", b"two"}
    assert len(list(folder.contents.glob("*/*"))) == 2


def test_another_copy_fetches_what_is_new_or_was_written_again(
    store: CountingStore, folder: BackupFolder, tmp_path: Path
) -> None:
    first = ObjectCopies(folder, store, ())
    first.copy(listed_objects(store))
    first.keep({"in/a", "in/b", "in/c"}, tmp_path / "list")
    store.fetched.clear()
    store.put_bytes("in/b", b"other", "image/png")
    store.put_bytes("in/d", b"new", "text/plain")
    copies = ObjectCopies(folder, store, read_list(tmp_path / "list"))
    copies.copy(listed_objects(store))
    assert sorted(store.fetched) == ["in/b", "in/d"]
    copies.keep({"in/b"}, tmp_path / "list")
    (kept,) = read_list(tmp_path / "list")
    assert (kept.content_type, folder.content(kept.sha256).read_bytes()) == ("image/png", b"other")
    copies.tidy(tmp_path / "list")
    assert [path.read_bytes() for path in folder.contents.glob("*/*")] == [b"other"]


def test_an_interrupted_copy_goes_on_where_it_was(store: CountingStore, folder: BackupFolder) -> None:
    for number in range(200):
        store.put_bytes(f"in/many/{number:03}", b"%d" % number, "text/plain")
    store.away = {"in/many/199"}
    with pytest.raises(Unavailable):
        ObjectCopies(folder, store, ()).copy(listed_objects(store))
    with (folder.root / "objects.part").open("a") as notes:
        notes.write('{"key": "in/a", "si')  # the last line of a killed process
    before, store.away, store.fetched = set(store.fetched), set(), []
    ObjectCopies(folder, store, ()).copy(listed_objects(store))
    assert "in/many/199" in store.fetched
    assert len(before & set(store.fetched)) <= 64
    assert not list(folder.contents.glob("*.new"))


def test_what_was_removed_meanwhile_and_what_is_there_for_a_moment_is_left_out(
    store: CountingStore, folder: BackupFolder, tmp_path: Path
) -> None:
    store.put_bytes(object_keys.probe("x"), b"1", "text/plain")
    store.put_bytes(object_keys.declared_upload("t", "u"), b"{}", "application/json")
    listed = listed_objects(store)
    assert {one.key for one in listed} == {"in/a", "in/b", "in/c"}
    store.remove("in/b")
    copies = ObjectCopies(folder, store, ())
    copies.copy(listed)
    assert copies.keep({one.key for one in listed}, tmp_path / "list")[0] == 2


def test_a_content_that_is_gone_is_no_part_of_a_whole_backup_and_is_fetched_again(
    store: CountingStore, folder: BackupFolder, tmp_path: Path
) -> None:
    copies = ObjectCopies(folder, store, ())
    copies.copy(listed_objects(store))
    content = next(path for path in folder.contents.glob("*/*") if path.read_bytes() == b"two")
    content.unlink()
    with pytest.raises(Misconfigured, match="not whole"):
        copies.keep({"in/a", "in/b", "in/c"}, tmp_path / "list")
    store.fetched.clear()
    again = ObjectCopies(folder, store, ())
    again.copy(listed_objects(store))
    assert store.fetched == ["in/b"]
    assert again.keep({"in/a", "in/b", "in/c"}, tmp_path / "list") == (3, 9)
