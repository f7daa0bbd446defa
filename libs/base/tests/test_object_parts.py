"""One suite for both forms of objects that are written in parts, and signed addresses against the real store."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import urllib3

from winnow_base.objects.memory import MemoryObjectStore
from winnow_base.objects.s3 import S3ObjectStore
from winnow_base.objects.s3_links import S3UploadLinks
from winnow_base.objects.store import LEAST_PART_BYTES, ObjectStore
from winnow_contracts.errors import NotFound, Unavailable

from .made_stream import MadeStream, stream


@pytest.fixture
def real(s3: Any) -> S3ObjectStore:
    store = S3ObjectStore(
        endpoint=s3.endpoint,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        bucket=s3.bucket,
        region=s3.region,
        secure=s3.secure,
    )
    store.ensure_bucket()
    return store


@pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "memory":
        return MemoryObjectStore()
    real: S3ObjectStore = request.getfixturevalue("real")
    return real


@pytest.fixture
def links(s3: Any) -> S3UploadLinks:
    keys = {"access_key": s3.access_key, "secret_key": s3.secret_key}
    return S3UploadLinks(f"http://{s3.endpoint}", bucket=s3.bucket, region=s3.region, **keys)


@pytest.fixture
def key() -> str:
    return f"test/{uuid4().hex}"


def put(store: ObjectStore, key: str, parts_id: str, number: int, size_bytes: int = LEAST_PART_BYTES) -> str:
    return store.parts.put(key, parts_id, number, stream(MadeStream(size_bytes)), size_bytes)


def test_parts_in_any_order_become_one_object(store: ObjectStore, key: str) -> None:
    parts_id = store.parts.begin(key, "video/mp4")
    assert store.parts.stored(key, parts_id) == {}
    marks = {3: put(store, key, parts_id, 3, 7), 1: put(store, key, parts_id, 1), 2: put(store, key, parts_id, 2)}
    stored = store.parts.stored(key, parts_id)
    assert list(stored) == [1, 2, 3]
    assert {number: part.etag for number, part in stored.items()} == marks
    assert [part.size_bytes for part in stored.values()] == [LEAST_PART_BYTES, LEAST_PART_BYTES, 7]
    assert not store.exists(key)
    assert [begun.parts_id for begun in store.parts.unfinished() if begun.key == key] == [parts_id]
    store.parts.complete(key, parts_id, reversed(stored.values()))
    found = store.stat(key)
    assert (found.size_bytes, found.content_type) == (2 * LEAST_PART_BYTES + 7, "video/mp4")
    assert [begun for begun in store.parts.unfinished() if begun.key == key] == []


def test_of_a_part_sent_twice_the_one_that_is_meant_counts(store: ObjectStore, key: str) -> None:
    parts_id = store.parts.begin(key, "video/mp4")
    put(store, key, parts_id, 1, 7)
    mark = put(store, key, parts_id, 1, 9)
    chosen = store.parts.stored(key, parts_id, {1: mark})
    assert (chosen[1].etag, chosen[1].size_bytes) == (mark, 9)
    store.parts.complete(key, parts_id, chosen.values())
    assert store.stat(key).size_bytes == 9


@pytest.mark.parametrize("breaks_at", [0, 3 << 20])
def test_a_part_that_breaks_off_is_not_kept(store: ObjectStore, key: str, breaks_at: int) -> None:
    parts_id = store.parts.begin(key, "video/mp4")
    put(store, key, parts_id, 1)
    with pytest.raises(RuntimeError, match="the source broke"):
        store.parts.put(key, parts_id, 2, stream(MadeStream(LEAST_PART_BYTES, breaks_at)), LEAST_PART_BYTES)
    assert list(store.parts.stored(key, parts_id)) == [1]
    put(store, key, parts_id, 2)
    assert list(store.parts.stored(key, parts_id)) == [1, 2]
    store.parts.abort(key, parts_id)


def test_what_was_aborted_takes_and_gives_nothing_more(store: ObjectStore, key: str) -> None:
    parts_id = store.parts.begin(key, "video/mp4")
    put(store, key, parts_id, 1)
    store.parts.abort(key, parts_id)
    store.parts.abort(key, parts_id)
    for ask in refused(store, key, parts_id):
        with pytest.raises(NotFound, match=r"no (such )?parts"):
            ask()
    assert not store.exists(key)


def refused(store: ObjectStore, key: str, parts_id: str) -> tuple[Callable[[], Any], ...]:
    return (
        lambda: store.parts.stored(key, parts_id),
        lambda: put(store, key, parts_id, 1),
        lambda: store.parts.complete(key, parts_id, []),
    )


@pytest.mark.real
def test_more_parts_than_the_store_lists_at_once_are_found(real: S3ObjectStore, key: str) -> None:
    parts_id = real.parts.begin(key, "video/mp4")
    for number in range(1, 1_003):
        put(real, key, parts_id, number, 1)
    assert list(real.parts.stored(key, parts_id)) == list(range(1, 1_003))
    real.parts.abort(key, parts_id)


def test_a_store_that_is_away_is_unavailable() -> None:
    store = S3ObjectStore(
        endpoint="127.0.0.1:1", access_key="a", secret_key="b" * 8, bucket="media", region="us-east-1", secure=False
    )
    for ask in (
        *refused(store, "a", "b"),
        lambda: store.parts.begin("a", "b/c"),
        lambda: list(store.parts.unfinished()),
    ):
        with pytest.raises(Unavailable, match="does not answer"):
            ask()


def send(method: str, url: str, **body: Any) -> int:
    return urllib3.request(method, url, retries=False, **body).status


@pytest.mark.real
def test_a_signed_address_takes_its_part_and_no_other(real: S3ObjectStore, links: S3UploadLinks, key: str) -> None:
    parts_id = real.parts.begin(key, "video/mp4")
    url = links.part_url(key, parts_id, 1, 60)
    assert send("PUT", url.replace("partNumber=1", "partNumber=2"), body=b"x") == 403
    assert send("PUT", url.replace(key, key + "x"), body=b"x") == 403
    assert send("PUT", url, body=b"x") == 200
    assert list(real.parts.stored(key, parts_id)) == [1]
    short = links.part_url(key, parts_id, 3, 1)
    deadline = time.monotonic() + 30
    while send("PUT", short, body=b"x") != 403:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    real.parts.abort(key, parts_id)


@pytest.mark.real
def test_a_signed_form_takes_its_object_and_no_other(real: S3ObjectStore, links: S3UploadLinks, key: str) -> None:
    url, fields = links.post_form(key, "image/png", 4, 60)
    for change in ({"key": key + "x"}, {"Content-Type": "text/html"}, {"file": ("a", b"12345")}, {"file": ("a", b"1")}):
        assert send("POST", url, fields={**fields, "file": ("a", b"1234"), **change}) in (400, 403)
        assert not real.exists(key)
    assert send("POST", url, fields={**fields, "file": ("a", b"1234")}) == 204
    found = real.stat(key)
    assert (found.size_bytes, found.content_type) == (4, "image/png")


def test_signing_asks_no_store() -> None:
    away = S3UploadLinks(
        "https://store.invalid", access_key="a", secret_key="b" * 8, bucket="media", region="eu-west-1"
    )
    assert away.part_url("k", "p", 1, 60).startswith("https://store.invalid/media/k?")
    assert away.post_form("k", "image/png", 4, 60)[0] == "https://store.invalid/media"
