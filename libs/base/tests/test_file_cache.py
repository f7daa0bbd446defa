"""A node's cache of files gives back what was fetched, whole or not at all, and stays within its bounds."""

import os
import time
from collections import namedtuple

import pytest

from winnow_base.objects.file_cache import FileCache


@pytest.fixture
def hits():
    """One entry for each use of what was kept."""
    return []


@pytest.fixture
def cache(tmp_path, hits):
    return FileCache(tmp_path / "files", most_bytes=100, keep_seconds=3600, hit=lambda: hits.append(1))


@pytest.fixture
def read(cache):
    """Reads an object of ``content`` through a cache; returns its bytes and whether they were fetched."""

    def run(key, content=b"bytes", through=cache):
        fetched = []

        def fetch():
            fetched.append(key)
            yield from (content[at : at + 3] for at in range(0, len(content), 3))

        return b"".join(through.chunks(key, fetch)), bool(fetched)

    return run


@pytest.fixture
def kept(tmp_path):
    def files():
        return [path for path in (tmp_path / "files").iterdir() if path.name != ".lock"]

    return files


@pytest.fixture
def set_back(kept):
    """Sets back when the file that was used last was used."""

    def run(seconds):
        file = max(kept(), key=lambda path: path.stat().st_mtime)
        at = time.time() - seconds
        os.utime(file, (at, at))

    return run


def test_what_was_fetched_once_is_found_on_the_disk_and_counted(read, hits):
    assert read("a") == (b"bytes", True)
    assert hits == []
    assert read("a") == (b"bytes", False)
    assert len(hits) == 1
    assert read("b", b"other") == (b"other", True)


def test_another_process_of_the_node_finds_it_too(read, tmp_path):
    read("a")
    other = FileCache(tmp_path / "files", most_bytes=100, keep_seconds=3600)
    assert read("a", through=other) == (b"bytes", False)


def test_an_empty_object_is_kept_as_well(read):
    assert read("a", b"") == (b"", True)
    assert read("a", b"") == (b"", False)


def test_a_file_that_a_crash_left_half_is_not_taken_and_fetched_anew(read, kept):
    read("a")
    (file,) = kept()
    file.write_bytes(b"byt")
    assert read("a") == (b"bytes", True)
    assert read("a") == (b"bytes", False)


def test_a_fetch_that_fails_or_is_given_up_keeps_nothing(cache, kept):
    def broken():
        yield b"by"
        raise ConnectionError("lost")

    with pytest.raises(ConnectionError):
        list(cache.chunks("a", broken))
    given_up = cache.chunks("a", lambda: iter((b"by", b"tes")))
    next(given_up)
    given_up.close()
    assert kept() == []


def test_what_was_not_used_for_the_longest_time_goes_where_there_is_too_much(read, set_back):
    for number, key in enumerate("abc"):
        read(key, bytes(30))
        set_back(100 - number)
    read("a", bytes(30))
    read("d", bytes(30))
    assert [read(key, bytes(30))[1] for key in "acd"] == [False, False, False]
    assert read("b", bytes(30))[1]


def test_an_object_larger_than_the_cache_is_given_whole_and_not_kept(read, kept):
    read("a")
    assert read("b", bytes(101)) == (bytes(101), True)
    assert len(kept()) == 1


def test_a_cache_of_no_bytes_keeps_nothing(read, tmp_path, kept):
    assert read("a", through=FileCache(tmp_path / "files", most_bytes=0, keep_seconds=60)) == (b"bytes", True)
    assert kept() == []


def test_what_is_too_old_goes_when_another_comes_and_so_does_what_a_dead_process_left(read, kept, tmp_path):
    read("a")
    (tmp_path / "files" / "tmpdead").write_bytes(b"half")
    old = time.time() - 3700
    for file in kept():
        os.utime(file, (old, old))
    read("b")
    assert len(kept()) == 1
    assert read("a") == (b"bytes", True)


def test_room_is_made_by_removing_the_oldest(read, cache, set_back):
    for number, key in enumerate("ab"):
        read(key, bytes(30))
        set_back(100 - number)
    cache.make_room(10)
    assert (read("b", bytes(30))[1], read("a", bytes(30))[1]) == (False, True)


def test_a_disk_that_takes_nothing_only_costs_the_keeping(read, tmp_path, caplog):
    (tmp_path / "file").touch()
    broken = FileCache(tmp_path / "file" / "files", most_bytes=100, keep_seconds=60)
    assert read("a", through=broken) == (b"bytes", True)
    assert "cannot be kept" in caplog.text


def test_the_last_tenth_of_a_small_disk_is_left_to_the_journal(read, kept, monkeypatch):
    disk = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: disk(1000, 898, 102))
    assert read("a", bytes(3)) == (bytes(3), True)
    assert kept() == []
    monkeypatch.setattr("shutil.disk_usage", lambda path: disk(1000, 897, 103))
    read("a", bytes(3))
    assert read("a", bytes(3)) == (bytes(3), False)
