"""Captions that a link names are fetched as its file is; where they cannot be taken the recording is heard."""

import pytest

from winnow_contracts.captions import Captions
from winnow_contracts.commands import Examine, PreparePhoto
from winnow_contracts.index_api.tenants import StorageView
from winnow_contracts.json_codec import from_json
from winnow_harness.fixtures.file_server import Served
from winnow_journal.testing.memory import MemoryJournal, memory_task
from winnow_media.links.fetch import fetch_original
from winnow_media.links.room import Room

MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(1000)
VTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nRinse the <b>amphora</b>.\n"
HELLO = "\uc548\ub155\ud558\uc138\uc694"
SRT = f"1\n00:00:00,500 --> 00:00:02,000\n{HELLO}\n".encode("euc-kr")


@pytest.fixture
def run(server, objects, source):
    """Runs the task of a link once more; returns it."""
    journal = MemoryJournal()
    room = Room(lambda tenant_id: StorageView(stored_bytes=0, quota_bytes=None))
    server.files["/a"] = Served(content=MP4)

    def fetched(command):
        task = memory_task(command, journal=journal)
        fetch_original(task, command, objects=objects, source=source, room=room)
        return task

    return fetched


@pytest.mark.parametrize(
    ("name", "content", "language", "text"),
    [
        ("captions.en.vtt", VTT, "en", "Rinse the amphora."),
        ("captions.vtt", VTT, "ko", "Rinse the amphora."),  # the language that the command names
        ("captions.ko.srt", SRT, "ko", HELLO),
    ],
)
def test_captions_become_the_recordings_text(server, link, run, objects, name, content, language, text):
    server.files["/c"] = Served(content=content)
    task = run(link(server.url("/a"), captions_url=server.url("/c"), captions_name=name))
    (sent,) = task.sent
    assert isinstance(sent, Examine)
    kept = from_json(Captions, objects.get_json(sent.captions_key))
    assert (kept.language, [cue.text for cue in kept.cues]) == (language, [text])
    assert task.result["captions"] == "taken"


@pytest.mark.parametrize(
    ("served", "problem"),
    [
        (Served(content=b"<html>Sign in</html>"), "invalid-captions"),
        (Served(content=b""), "empty-file"),
        (Served(content=VTT + bytes(5 << 20)), "too-large"),
        (Served(status=404), "url-not-fetched"),
        (Served(status=503), "source-unavailable"),
        (Served(status=302, headers={"Location": "https://127.0.0.1/c"}), "url-not-allowed"),
    ],
)
def test_what_cannot_be_taken_is_told_and_the_recording_is_heard(server, link, run, served, problem):
    server.files["/c"] = served
    task = run(link(server.url("/a"), captions_url=server.url("/c"), captions_name="captions.vtt"))
    (sent,) = task.sent
    assert (sent.captions_key, task.result["captions"]) == (None, problem)


def test_they_are_fetched_once_however_often_the_task_runs(server, link, run):
    server.files["/c"] = Served(content=VTT)
    command = link(server.url("/a"), captions_url=server.url("/c"), captions_name="captions.vtt")
    keys = {run(command).sent[0].captions_key for _ in range(2)}
    assert len(keys) == 1
    assert [path for path, _ in server.asked] == ["/a", "/c"]


def test_a_photo_has_none(server, link, run):
    server.files["/a"] = Served(content=b"\xff\xd8\xff\xe0" + bytes(100))
    task = run(link(server.url("/a"), kind="photo", captions_url=server.url("/c"), captions_name="captions.vtt"))
    assert isinstance(task.sent[0], PreparePhoto)
    assert "captions" not in task.result
