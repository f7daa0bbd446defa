"""One suite for both forms of the object store."""

import asyncio
import io
import threading
import tracemalloc
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from winnow_base.objects import s3 as s3_module
from winnow_base.objects.file_cache import FileCache
from winnow_base.objects.memory import MemoryObjectStore
from winnow_base.objects.s3 import S3ObjectStore
from winnow_base.objects.store import CHUNK_BYTES, LEAST_PART_BYTES, ObjectStore
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Misconfigured, NotFound, Unavailable

from .made_stream import PATTERN, MadeStream, stream


def s3_store(s3: Any, **changes: Any) -> S3ObjectStore:
    values = {
        "endpoint": s3.endpoint,
        "access_key": s3.access_key,
        "secret_key": s3.secret_key,
        "bucket": s3.bucket,
        "region": s3.region,
        "secure": s3.secure,
    }
    return S3ObjectStore(**(values | changes))


@pytest.fixture
def real(request: pytest.FixtureRequest) -> S3ObjectStore:
    store = s3_store(request.getfixturevalue("s3"))
    store.ensure_bucket()
    return store


@pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "memory":
        return MemoryObjectStore()
    real: S3ObjectStore = request.getfixturevalue("real")
    return real


@pytest.fixture
def prefix() -> str:
    return f"test/{uuid4().hex}/"


@pytest.mark.parametrize("size_bytes", [1, 5_000])
def test_of_many_who_write_a_new_object_at_once_one_does_and_its_bytes_stay(
    store: ObjectStore, prefix: str, size_bytes: int
) -> None:
    for place in range(5):
        key = f"{prefix}{place}"

        def write(who: int, key: str = key) -> bool:
            return store.put_new(key, bytes([who]) * size_bytes, "text/plain")

        with ThreadPoolExecutor(8) as pool:
            written = list(pool.map(write, range(8)))
        assert sum(written) == 1
        assert store.get_bytes(key) == bytes([written.index(True)]) * size_bytes
        assert store.stat(key).content_type == "text/plain"
        assert not store.put_new(key, b"later", "text/plain")


def test_what_was_put_is_got(store: ObjectStore, prefix: str) -> None:
    info = store.put_bytes(prefix + "a", b"hello", "text/plain")
    assert (info.size_bytes, info.content_type) == (5, "text/plain")
    assert store.get_bytes(prefix + "a") == b"hello"
    assert store.stat(prefix + "a") == info


def test_an_object_may_be_empty(store: ObjectStore, prefix: str) -> None:
    store.put_bytes(prefix + "a", b"", "text/plain")
    store.put_stream(prefix + "b", io.BytesIO(), "text/plain")
    assert store.get_bytes(prefix + "a") == store.get_bytes(prefix + "b") == b""
    assert store.stat(prefix + "b").size_bytes == 0


def test_putting_again_replaces(store: ObjectStore, prefix: str) -> None:
    store.put_bytes(prefix + "a", b"one", "text/plain")
    store.put_bytes(prefix + "a", b"two", "text/html")
    assert store.get_bytes(prefix + "a") == b"two"
    assert store.stat(prefix + "a").content_type == "text/html"


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(0, 3, b"012"), (7, None, b"789"), (8, 50, b"89"), (10, 5, b""), (99, None, b""), (4, 0, b"")],
)
def test_a_range_is_cut_where_the_object_ends(
    store: ObjectStore, prefix: str, start: int, length: int | None, expected: bytes
) -> None:
    store.put_bytes(prefix + "a", b"0123456789", "text/plain")
    assert store.get_bytes(prefix + "a", start, length) == expected
    assert b"".join(store.chunks(prefix + "a", start, length)) == expected


def test_an_absent_key_is_not_found(store: ObjectStore, prefix: str) -> None:
    for ask in (
        lambda: store.get_bytes(prefix + "no"),
        lambda: store.get_bytes(prefix + "no", 0, 0),
        lambda: store.get_json(prefix + "no"),
        lambda: list(store.chunks(prefix + "no")),
        lambda: store.stat(prefix + "no"),
    ):
        with pytest.raises(NotFound, match="no object test/"):
            ask()
    assert not store.exists(prefix + "no")


def test_json_keeps_its_text(store: ObjectStore, prefix: str) -> None:
    store.put_json(prefix + "a", {"말": [1, 2.5, None]})
    assert store.get_json(prefix + "a") == {"말": [1, 2.5, None]}
    assert store.stat(prefix + "a").content_type == "application/json"


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_a_stream_of_about_two_parts_arrives_whole(store: ObjectStore, prefix: str, extra: int) -> None:
    size = 2 * LEAST_PART_BYTES + extra
    info = store.put_stream(prefix + "a", stream(MadeStream(size)), "audio/flac", part_bytes=LEAST_PART_BYTES)
    assert info.size_bytes == size
    assert store.stat(prefix + "a") == info
    assert store.get_bytes(prefix + "a") == (PATTERN * (size // len(PATTERN) + 1))[:size]


@pytest.mark.parametrize("breaks_at", [0, LEAST_PART_BYTES + 1])
def test_a_stream_that_breaks_leaves_nothing(store: ObjectStore, prefix: str, breaks_at: int) -> None:
    source = MadeStream(3 * LEAST_PART_BYTES, breaks_at)
    with pytest.raises(RuntimeError, match="the source broke"):
        store.put_stream(prefix + "a", stream(source), "audio/flac", part_bytes=LEAST_PART_BYTES)
    assert not store.exists(prefix + "a")
    assert list(store.keys(prefix)) == []


def test_a_part_too_small_for_s3_is_refused(store: ObjectStore, prefix: str) -> None:
    with pytest.raises(ValueError, match="a part has at least"):
        store.put_stream(prefix + "a", io.BytesIO(b"x"), "text/plain", part_bytes=1024)


def test_chunks_are_bounded(store: ObjectStore, prefix: str) -> None:
    store.put_bytes(prefix + "a", bytes(2 * CHUNK_BYTES + 5), "text/plain")
    sizes = [len(chunk) for chunk in store.chunks(prefix + "a")]
    assert sum(sizes) == 2 * CHUNK_BYTES + 5
    assert max(sizes) <= CHUNK_BYTES


def test_a_reader_may_stop_early(store: ObjectStore, prefix: str) -> None:
    store.put_bytes(prefix + "a", bytes(3 * CHUNK_BYTES), "text/plain")
    for _ in range(3):
        reader = store.chunks(prefix + "a")
        assert next(reader)
        reader.close()  # type: ignore[attr-defined]
    assert store.stat(prefix + "a").size_bytes == 3 * CHUNK_BYTES


def test_removing_twice_is_fine(store: ObjectStore, prefix: str) -> None:
    store.put_bytes(prefix + "a", b"x", "text/plain")
    store.remove(prefix + "a")
    store.remove(prefix + "a")
    assert not store.exists(prefix + "a")


def test_keys_come_in_order_and_only_under_the_prefix(store: ObjectStore, prefix: str) -> None:
    for name in ("b/2", "a", "b/10", "ü", "z"):
        store.put_bytes(prefix + "k/" + name, b"", "text/plain")
    store.put_bytes(prefix + "l", b"", "text/plain")
    assert list(store.keys(prefix + "k/")) == [prefix + "k/" + name for name in ("a", "b/10", "b/2", "z", "ü")]


def test_a_list_with_times_and_sizes_goes_on_behind_a_key(store: ObjectStore, prefix: str) -> None:
    began_ms = now_ms()
    for size, name in enumerate(("a", "b/10", "b/2", "ü", "z")):
        store.put_bytes(prefix + "k/" + name, bytes(size), "text/plain")
    store.put_bytes(prefix + "l", b"", "text/plain")
    found = list(store.written(prefix + "k/", after=prefix + "k/b/10"))
    assert [one.key for one in found] == [prefix + "k/" + name for name in ("b/2", "z", "ü")]
    assert [one.size_bytes for one in found] == [2, 4, 3]
    assert all(began_ms - 2000 <= one.written_ms <= now_ms() + 2000 for one in found)
    assert next(iter(store.written(prefix + "k/"))).key == prefix + "k/a"


def test_a_probe_leaves_nothing(store: ObjectStore) -> None:
    store.probe()
    assert list(store.keys("probe/")) == []


def test_threads_share_a_store(store: ObjectStore, prefix: str) -> None:
    def put(number: int) -> None:
        store.put_bytes(f"{prefix}{number}", str(number).encode(), "text/plain")

    threads = [threading.Thread(target=put, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {store.get_bytes(key).decode() for key in store.keys(prefix)} == {str(number) for number in range(12)}


def test_an_event_loop_reads_any_part_of_an_object(store: ObjectStore, prefix: str) -> None:
    data = bytes(range(256)) * 12_000
    store.put_bytes(prefix + "a b?&ä", data, "video/mp4")

    async def read(start: int, length: int) -> bytes:
        return b"".join([bytes(piece) async for piece in store.pieces(prefix + "a b?&ä", start, length)])

    for start, length in ((0, len(data)), (5, 1), (len(data) - 9, 9), (1_000_000, 1_500_000)):
        assert asyncio.run(read(start, length)) == data[start : start + length]


def test_an_event_loop_is_told_of_a_missing_object(store: ObjectStore, prefix: str) -> None:
    async def read() -> list[bytes | memoryview]:
        return [piece async for piece in store.pieces(prefix + "b", 0, 1)]

    with pytest.raises(NotFound):
        asyncio.run(read())


def test_a_link_names_its_object(store: ObjectStore, prefix: str) -> None:
    assert prefix in store.presigned_get(prefix + "a", 60, {"Content-Type": "video/mp4"})


@pytest.mark.real
def test_a_link_gives_the_object_as_it_says_without_a_key(real: S3ObjectStore, prefix: str) -> None:
    real.put_bytes(prefix + "a", b"film", "application/octet-stream")
    headers = {
        "Content-Type": "video/mp4",
        "Content-Disposition": "inline; filename*=UTF-8''%ED%9A%8C%EC%9D%98%20%221%22%3B.mp4",
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    link = real.presigned_get(prefix + "a", 900, headers, same_for_seconds=300)
    with urllib.request.urlopen(link, timeout=10) as answer:
        assert answer.read() == b"film"
        assert {name: answer.headers[name] for name in headers} == headers
    changed = link.replace("immutable", "mutable")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(changed, timeout=10)
    with refused.value as answer:
        assert answer.code == 403


def test_a_link_is_the_same_for_a_while_and_needs_no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    store = S3ObjectStore(
        endpoint="files.example.org",
        access_key="a",
        secret_key="b" * 8,
        bucket="media",
        region="ap-northeast-2",
        secure=True,
    )

    def link(at: int) -> str:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "Clock":
                return cls.fromtimestamp(at, tz)

        monkeypatch.setattr(s3_module, "datetime", Clock)
        return store.presigned_get("a", 900, {}, same_for_seconds=300)

    assert link(3_000).startswith("https://files.example.org/media/a?")
    assert link(3_000) == link(3_299) != link(3_300)
    assert "19700101T005000Z" in link(3_299)
    assert "ap-northeast-2" in link(3_299)


@pytest.mark.real
def test_a_broken_stream_leaves_no_parts_behind(real: S3ObjectStore, prefix: str) -> None:
    source = MadeStream(3 * LEAST_PART_BYTES, LEAST_PART_BYTES + 1)
    with pytest.raises(RuntimeError):
        real.put_stream(prefix + "a", stream(source), "audio/flac", part_bytes=LEAST_PART_BYTES)
    assert real._client._list_multipart_uploads(real._bucket, prefix=prefix).uploads == []


@pytest.mark.real
def test_a_long_stream_is_sent_with_about_one_part_in_memory(real: S3ObjectStore, prefix: str) -> None:
    size, part_bytes = 96 << 20, 8 << 20
    tracemalloc.start()
    try:
        info = real.put_stream(prefix + "a", stream(MadeStream(size)), "audio/flac", part_bytes=part_bytes)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert info.size_bytes == size
    assert peak_bytes < 2 * part_bytes + CHUNK_BYTES, "one part, and what a growing buffer keeps spare"
    real.remove(prefix + "a")


@pytest.mark.real
@pytest.mark.parametrize("change", [{"secret_key": "wrong"}, {"access_key": "nobody"}])
def test_wrong_keys_are_a_fault_of_the_set_up(s3: Any, change: dict[str, str]) -> None:
    store = s3_store(s3, **change)
    with pytest.raises(Misconfigured, match="refuses our keys"):
        store.put_bytes("a", b"x", "text/plain")
    with pytest.raises(Misconfigured, match="refuses our keys"):
        store.stat("a")


@pytest.mark.real
def test_a_bucket_is_made_only_when_asked_for(s3: Any) -> None:
    store = s3_store(s3, bucket=f"made-{uuid4().hex[:12]}")
    with pytest.raises(Misconfigured, match="no bucket"):  # only reads fail: SeaweedFS creates buckets on writes
        list(store.keys(""))
    store.ensure_bucket()
    store.ensure_bucket()
    store.probe()


def test_a_store_that_is_away_is_unavailable() -> None:
    store = S3ObjectStore(
        endpoint="127.0.0.1:1", access_key="a", secret_key="b" * 8, bucket="media", region="us-east-1", secure=False
    )
    for ask in (
        store.probe,
        store.ensure_bucket,
        lambda: store.get_bytes("a"),
        lambda: store.exists("a"),
        lambda: list(store.keys("a")),
    ):
        with pytest.raises(Unavailable, match="does not answer") as caught:
            ask()
        assert caught.value.dependency == "s3"


@pytest.mark.real
def test_a_whole_object_is_fetched_once_where_there_is_a_cache_and_a_range_each_time(
    s3: Any, real: S3ObjectStore, prefix: str, tmp_path: Path
) -> None:
    store = s3_store(s3, cache=FileCache(tmp_path, most_bytes=1 << 20, keep_seconds=60))
    store.put_bytes(f"{prefix}a", b"some bytes", "text/plain")
    assert b"".join(store.chunks(f"{prefix}a")) == b"some bytes"
    real.remove(f"{prefix}a")
    assert b"".join(store.chunks(f"{prefix}a")) == b"some bytes"
    with pytest.raises(NotFound):
        list(store.chunks(f"{prefix}a", 5))
    with pytest.raises(NotFound):
        list(store.chunks(f"{prefix}b"))
