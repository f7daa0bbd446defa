"""The task that fetches a link's file: whole, once, on from where it was, and gone when it is refused or cancelled."""

import tracemalloc

import pytest
from prometheus_client import REGISTRY

from winnow_contracts.commands import Examine, PreparePhoto
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import BadInput, NotFound, Refused, Unavailable, Unsupported
from winnow_contracts.index_api.tenants import StorageView
from winnow_contracts.links import LinkRules
from winnow_harness.fixtures.file_server import Served
from winnow_journal.task import Cancelled, Task
from winnow_journal.testing.memory import MemoryJournal, memory_task
from winnow_media.links.fetch import PART_BYTES, fetch_original
from winnow_media.links.room import Room
from winnow_media.links.source import LinkSource

MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(1000)
LONG = MP4 + bytes(range(256)) * (3 * PART_BYTES // 256)


@pytest.fixture
def storage():
    """What index tells of the tenant, one answer after the other, the last one again and again; an error is raised."""
    return [StorageView(stored_bytes=0, quota_bytes=None)]


@pytest.fixture
def room(storage):
    def read(tenant_id):
        assert tenant_id == "t1"
        told = storage.pop(0) if len(storage) > 1 else storage[0]
        if isinstance(told, Exception):
            raise told
        return told

    return Room(read)


@pytest.fixture
def fetched(objects, source, room):
    """``fetched(command)``: run the task once more; returns it."""
    journal = MemoryJournal()

    def run(command):
        task = memory_task(command, journal=journal)
        fetch_original(task, command, objects=objects, source=source, room=room)
        return task

    return run


def test_a_fetched_file_goes_on_as_an_upload(server, objects, link, fetched):
    server.files["/a"] = Served(content=LONG)
    task = fetched(link(server.url("/a")))
    (sent,) = task.sent
    assert isinstance(sent, Examine)
    assert (sent.size_bytes, sent.filename, sent.language) == (len(LONG), "talk.mp4", "ko")
    assert objects.get_bytes(sent.original_key) == LONG
    assert objects.stat(sent.original_key).content_type == "video/mp4"
    assert task.result == {"size_bytes": len(LONG), "content_type": "video/mp4"}


def test_each_attempt_is_counted_by_how_it_went_and_a_file_once(server, link, fetched):
    def counted():
        outcomes = ("fetched", "source-unavailable", "url-not-fetched")
        found = [REGISTRY.get_sample_value("winnow_link_fetches_total", {"outcome": one}) or 0 for one in outcomes]
        return [*found, REGISTRY.get_sample_value("winnow_link_bytes_total") or 0]

    before = counted()
    for attempt in (Served(status=503), Served(status=404), Served(content=MP4), Served(content=MP4)):
        server.files["/a"] = attempt
        try:
            fetched(link(server.url("/a")))
        except (Unavailable, BadInput):
            assert attempt.status != 200
    assert [now - earlier for now, earlier in zip(counted(), before, strict=True)] == [1, 1, 1, len(MP4)]


def test_a_photo_goes_on_as_a_photo(server, objects, link, fetched):
    server.files["/a"] = Served(content=b"\xff\xd8\xff\xe0" + bytes(100))
    (sent,) = fetched(link(server.url("/a"), kind="photo")).sent
    assert isinstance(sent, PreparePhoto)
    assert (sent.language, sent.region, sent.size_bytes) == ("ko", "kr", 104)


def test_a_broken_download_goes_on_from_its_last_whole_part(server, objects, link, fetched):
    server.files["/a"] = Served(content=LONG, etag='"1"', breaks_after=PART_BYTES + 10)
    command = link(server.url("/a"))
    for _ in range(3):
        with pytest.raises(Unavailable):
            fetched(command)
    (sent,) = fetched(command).sent
    assert objects.get_bytes(sent.original_key) == LONG
    assert server.ranges() == [None, *(f"bytes={number * PART_BYTES}-" for number in (1, 2, 3))]


@pytest.mark.parametrize("how", [{"etag": ""}, {"takes_ranges": False}, {"etag": 'W/"1"'}])
def test_where_a_server_does_not_go_on_the_file_begins_anew(server, objects, link, fetched, how):
    server.files["/a"] = Served(content=LONG, breaks_after=PART_BYTES + 10, **{"etag": '"1"', **how})
    command = link(server.url("/a"))
    with pytest.raises(Unavailable):
        fetched(command)
    server.files["/a"].breaks_after = None
    (sent,) = fetched(command).sent
    assert objects.get_bytes(sent.original_key) == LONG


def test_no_file_is_put_together_of_two(server, objects, link, fetched):
    server.files["/a"] = Served(content=LONG, etag='"1"', breaks_after=2 * PART_BYTES)
    command = link(server.url("/a"))
    with pytest.raises(Unavailable):
        fetched(command)
    other = MP4 + bytes(2 * PART_BYTES)
    server.files["/a"] = Served(content=other, etag='"2"', breaks_after=PART_BYTES + 10)
    with pytest.raises(Unavailable):
        fetched(command)
    server.files["/a"].breaks_after = None
    (sent,) = fetched(command).sent
    assert objects.get_bytes(sent.original_key) == other
    assert [one.key for one in objects.parts.unfinished()] == []


def test_an_attempt_that_ended_before_its_record_is_not_fetched_again(server, objects, link, fetched, monkeypatch):
    server.files["/a"] = Served(content=LONG)
    command = link(server.url("/a"))
    with monkeypatch.context() as broken:
        broken.setattr(objects, "stat", lambda key: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fetched(command)
    (sent,) = fetched(command).sent
    assert objects.get_bytes(sent.original_key) == LONG
    assert len(server.asked) == 1


def test_an_endless_stream_is_cut_at_the_limit(server, objects, link, fetched):
    server.files["/a"] = Served(content=MP4, says_length=False, endless=True)
    with pytest.raises(BadInput) as refused:
        fetched(link(server.url("/a"), limit_bytes=2 * PART_BYTES))
    assert refused.value.code == "too-large"
    assert list(objects.parts.unfinished()) == []


def test_a_file_that_says_it_is_too_large_is_not_read(server, link, fetched):
    server.files["/a"] = Served(content=MP4)
    with pytest.raises(BadInput) as refused:
        fetched(link(server.url("/a"), limit_bytes=len(MP4) - 1))
    assert refused.value.code == "too-large"


@pytest.mark.parametrize(("content", "kind"), [(b"<html>sign in</html>", Unsupported), (b"", BadInput)])
def test_a_page_and_nothing_at_all_are_refused(server, link, fetched, content, kind):
    server.files["/a"] = Served(content=content)
    with pytest.raises(kind):
        fetched(link(server.url("/a")))


def test_a_playlist_is_refused(server, link, fetched):
    server.files["/a"] = Served(content=b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
    with pytest.raises(Unsupported):
        fetched(link(server.url("/a")))


def test_a_link_that_is_not_kept_any_more_is_to_be_sent_again(objects, link, fetched):
    command = link("https://example.org/a")
    objects.remove(command.link_key)
    with pytest.raises(BadInput) as refused:
        fetched(command)
    assert refused.value.code == "url-not-fetched"


def test_a_cancelled_download_leaves_no_part(server, objects, link, source, room):
    server.files["/a"] = Served(content=LONG, says_length=False, endless=True)
    command = link(server.url("/a"), limit_bytes=1 << 28)

    def stop():
        if any(objects.parts.stored(begun.key, begun.parts_id) for begun in objects.parts.unfinished()):
            raise Cancelled

    task = Task(Envelope(command=command, created_ms=now_ms()), "attempt-1", MemoryJournal(), node="test", stop=stop)
    with pytest.raises(Cancelled):
        fetch_original(task, command, objects=objects, source=source, room=room)
    assert list(objects.parts.unfinished()) == []
    assert list(objects.keys("in/")) == [command.link_key]


def test_a_node_that_fetches_no_links_says_so(objects, link, room):
    command = link("https://example.org/a")
    with pytest.raises(Refused) as refused:
        fetch_original(memory_task(command), command, objects=objects, source=LinkSource(LinkRules()), room=room)
    assert refused.value.code == "url-ingest-disabled"


def test_memory_holds_a_few_parts_however_large_the_file_is(server, objects, link, fetched, monkeypatch):
    content = MP4 + bytes(12 * PART_BYTES)
    server.files["/a"] = Served(content=content)
    monkeypatch.setattr(objects.parts, "put", lambda key, parts_id, number, stream, size_bytes: f"{number}")
    monkeypatch.setattr(objects.parts, "complete", lambda key, parts_id, parts: objects.put_bytes(key, b"x", "a/b"))
    command = link(server.url("/a"))
    tracemalloc.start()
    try:
        fetched(command)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most_bytes < 4 * PART_BYTES


def test_a_file_over_the_quota_is_not_fetched(server, objects, link, fetched, storage):
    server.files["/a"] = Served(content=LONG)
    storage[:] = [StorageView(stored_bytes=100, quota_bytes=99 + len(LONG))]
    command = link(server.url("/a"))
    with pytest.raises(Refused) as refused:
        fetched(command)
    assert refused.value.code == "quota-exceeded"
    assert list(objects.keys("in/")) == [command.link_key]


def test_a_file_that_others_left_no_room_for_meanwhile_leaves_nothing(server, objects, link, fetched, storage):
    server.files["/a"] = Served(content=LONG)
    storage[:] = [StorageView(stored_bytes=stored, quota_bytes=len(LONG)) for stored in (0, 1)]
    command = link(server.url("/a"))
    with pytest.raises(Refused):
        fetched(command)
    assert list(objects.parts.unfinished()) == []
    assert list(objects.keys("in/")) == [command.link_key]


@pytest.mark.parametrize(
    "told",
    [
        StorageView(stored_bytes=100, quota_bytes=100 + len(LONG)),
        Unavailable("Index does not answer.", dependency="index"),
        NotFound("There is no such address."),
    ],
)
def test_a_file_fits_up_to_the_last_byte_and_while_nobody_knows(server, link, fetched, storage, told):
    server.files["/a"] = Served(content=LONG)
    storage[:] = [told]
    assert len(fetched(link(server.url("/a"))).sent) == 1
