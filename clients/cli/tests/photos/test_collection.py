"""Finds photos in folders and zips, and reads the labels of their folders."""

import zipfile
from pathlib import Path

import pytest

from winnow_cli.photos.collection import photos_in
from winnow_client.errors import BadInput, NotFound

FILES = {"glass/a.jpg": b"a", "cardboard/b.PNG": b"b", "pet_bottle/c.webp": b"c", "holiday/d.heic": b"d", "e.jpg": b"e"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    for name, content in {**FILES, "glass/notes.txt": b"x"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "zipped").mkdir()
    archive = tmp_path / "zipped" / "photos.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in {**FILES, "__MACOSX/glass/._a.jpg": b"?", "glass/notes.txt": b"x"}.items():
            file.writestr(name, content)
    return archive


def contents(source: Path) -> dict[str, bytes]:
    with photos_in(source) as photos:
        return {photo.name: photo.read() for photo in photos}


def test_a_folder_a_zip_and_a_folder_with_one_zip_hold_the_same_photos(folder: Path, archive: Path) -> None:
    (archive.parent / "README.md").write_text("About these photos.")
    assert contents(folder) == contents(archive) == contents(archive.parent) == FILES


def test_a_split_beside_the_photos_or_beside_their_zip_is_told(folder: Path, archive: Path) -> None:
    for place in (folder, archive.parent):
        (place / "split.csv").write_text("path,split\nglass/a.jpg,val\ncardboard/b.PNG,train\n")
    for source in (folder, archive, archive.parent):
        with photos_in(source) as photos:
            splits = {photo.name: photo.split for photo in photos if photo.split}
        assert splits == {"glass/a.jpg": "val", "cardboard/b.PNG": "train"}


def test_a_split_without_its_columns_is_refused(folder: Path) -> None:
    (folder / "split.csv").write_text("file\nglass/a.jpg\n")
    with pytest.raises(BadInput, match="columns path and split"), photos_in(folder):
        pass


def test_what_holds_no_photos_is_refused_in_a_sentence(tmp_path: Path, archive: Path) -> None:
    empty, twice = tmp_path / "empty", tmp_path / "twice"
    empty.mkdir()
    twice.mkdir()
    for name in ("a.zip", "b.zip"):
        (twice / name).write_bytes(archive.read_bytes())
    (tmp_path / "text.txt").write_text("no zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("a.txt", b"a")
    for source in (empty, twice, tmp_path / "absent", tmp_path / "other.zip"):
        with pytest.raises(NotFound), photos_in(source):
            pass
    with pytest.raises(BadInput), photos_in(tmp_path / "text.txt"):
        pass


def test_a_photo_too_large_to_send_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.jpg").open("wb") as file:
        file.truncate((32 << 20) + 1)
    with photos_in(tmp_path) as photos, pytest.raises(BadInput, match=r"large\.jpg"):
        photos[0].read()


def packed(tmp_path: Path, **names: bytes) -> Path:
    """A zip of photos whose names, each as long as its keyword, have these bytes without a declared encoding."""
    archive = tmp_path / "packed.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            file.writestr(name, b"a photo")
    content = archive.read_bytes()
    for name, written in names.items():
        content = content.replace(name.encode(), written)
    archive.write_bytes(content)
    return archive


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("플라스틱/컬.jpg", "cp949"),
        ("똠방각하.jpg", "cp949"),  # its first syllable is not in KS X 1001
        ("유리병.jpg", "utf-8"),  # as Macs write it, without the flag
        ("Lübeck.jpg", "cp437"),
        ("résumé.jpg", "cp437"),
        ("plain.jpg", "ascii"),
    ],
)
def test_names_in_a_zip_are_read_as_they_were_written(tmp_path: Path, name: str, encoding: str) -> None:
    written = name.encode(encoding)
    assert list(contents(packed(tmp_path, **{"Z" * len(written): written}))) == [name]


def test_a_name_that_says_it_is_utf_8_is_believed(tmp_path: Path) -> None:
    archive = tmp_path / "flagged.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("유리/병.jpg", b"bottle")
    assert contents(archive) == {"유리/병.jpg": b"bottle"}


SYSTEM_FILES = (
    "glass/._a.jpg",
    "__MACOSX/glass/._a.jpg",
    "glass/Thumbs.db",
    ".DS_Store",
    ".thumbnails/1.jpg",
    "glass/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg",
    "$RECYCLE.BIN/b.jpg",
)


def test_what_systems_add_is_no_photo_in_folders_and_zips(tmp_path: Path) -> None:
    folder, archive = tmp_path / "folder", tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("glass/a.jpg", *SYSTEM_FILES):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"a")
            file.writestr(name, b"a")
    assert contents(folder) == contents(archive) == {"glass/a.jpg": b"a"}
