"""What preparing makes of a recording, and how it goes on after a crash."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_base.objects.store import ObjectInfo
from winnow_contracts.commands import EmbedTranscript, Examine, PrepareRecording, StoreRecording, TranscribeAudio
from winnow_contracts.errors import BadInput
from winnow_journal.task import Interrupted
from winnow_journal.testing.memory import MemoryJournal, memory_task
from winnow_media import actors
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.scratch import Scratch
from winnow_media.settings import Limits

PICTURES = ("-f", "lavfi", "-i", "testsrc=d={seconds}:s=320x240:r=25")
SOUND = ("-f", "lavfi", "-i", "sine=f=440:d={seconds}")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")
UPLOAD = "in/t/t1/med_1/upload"

Given = dict[str, Any]


@pytest.fixture
def given(objects: MemoryObjectStore, ffmpeg: Ffmpeg, scratch: Scratch, limits: Limits) -> Given:
    return {"objects": objects, "ffmpeg": ffmpeg, "scratch": scratch, "limits": limits}


@pytest.fixture
def examined(objects: MemoryObjectStore, given: Given) -> Callable[[bytes], PrepareRecording]:
    """Upload and examine: the command that examining sends."""

    def run(content: bytes) -> PrepareRecording:
        objects.put_bytes(UPLOAD, content, "video/mp4")
        command = Examine(
            tenant_id="t1",
            job_id="job_1",
            media_id="med_1",
            original_key=UPLOAD,
            filename="-i evil.mp4",
            size_bytes=len(content),
            language="en",
        )
        task = memory_task(command)
        actors.examine(task, command, **given)
        (sent,) = task.sent
        assert isinstance(sent, PrepareRecording)
        return sent

    return run


def prepared(command: PrepareRecording, given: Given, **how: Any) -> Any:
    task = memory_task(command, **how)
    actors.prepare_recording(task, command, **given)
    (sent,) = task.sent
    return sent


def facts(content: bytes, tmp_path: Path) -> Any:
    path = tmp_path / "made"
    path.write_bytes(content)
    line = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", f"file:{path}"]
    return json.loads(subprocess.run(line, capture_output=True, check=True, timeout=100).stdout)


def seconds_of_sound(flac: bytes, tmp_path: Path) -> float:
    path = tmp_path / "a.flac"
    path.write_bytes(flac)
    line = ["ffmpeg", "-nostdin", "-v", "error", "-i", f"file:{path}", "-f", "s16le", "pipe:1"]
    return len(subprocess.run(line, capture_output=True, check=True, timeout=100).stdout) / 32_000


def test_a_film_becomes_sound_poster_and_thumbnail(
    mp4: bytes, examined: Any, given: Given, objects: MemoryObjectStore, tmp_path: Path
) -> None:
    sent = prepared(examined(mp4), given)
    assert isinstance(sent, TranscribeAudio)
    files = sent.files
    assert (sent.language, files.original_key, files.warnings) == ("en", UPLOAD, ())
    assert objects.get_bytes(UPLOAD) == mp4
    assert files.rendition_key is None
    assert files.audio_key == "ok/t/t1/med_1/attempt-1/audio.flac"
    sound = facts(objects.get_bytes(files.audio_key), tmp_path)["streams"][0]
    assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("flac", "16000", 1)
    assert seconds_of_sound(objects.get_bytes(files.audio_key), tmp_path) == pytest.approx(3, abs=0.1)
    for key in (files.poster_key, files.thumbnail_key):
        picture = facts(objects.get_bytes(str(key)), tmp_path)["streams"][0]
        assert (picture["codec_name"], picture["width"], picture["height"]) == ("mjpeg", 320, 240)


@pytest.mark.parametrize(
    "options",
    [
        ("a.mp3", "-c:a", "libmp3lame"),
        ("a.m4a", "-c:a", "aac"),
        ("a.wav",),
        ("b.wav", "-c:a", "pcm_s24le"),
        ("a.flac",),
        ("a.ogg", "-c:a", "libvorbis"),
        ("b.ogg", "-c:a", "libopus"),
        ("a.webm", "-c:a", "libopus"),
        ("a.mkv", "-c:a", "aac"),
        ("a.mov", "-c:a", "pcm_s16le"),
        ("a.aac", "-c:a", "aac"),
    ],
    ids=" ".join,
)
def test_every_sound_format_gives_sound(
    options: tuple[str, ...], make: Any, examined: Any, given: Given, objects: MemoryObjectStore, tmp_path: Path
) -> None:
    sent = prepared(examined(make(options[0], *SOUND, *options[1:])), given)
    assert seconds_of_sound(objects.get_bytes(sent.files.audio_key), tmp_path) == pytest.approx(3, abs=0.1)
    assert sent.files.duration_ms == pytest.approx(3000, abs=150)
    assert (sent.files.poster_key, sent.files.has_video, sent.files.warnings) == (None, False, ())


def test_what_browsers_can_not_play_gets_a_form_that_they_can(
    make: Any, examined: Any, given: Given, objects: MemoryObjectStore, tmp_path: Path
) -> None:
    sent = prepared(examined(make("a.mkv", *PICTURES, *SOUND, *H264, "-c:a", "aac")), given)
    assert sent.files.rendition_type == "video/mp4"
    content = objects.get_bytes(sent.files.rendition_key)
    assert content.index(b"moov") < content.index(b"mdat"), "a player needs the index first"
    assert [stream["codec_name"] for stream in facts(content, tmp_path)["streams"]] == ["h264", "aac"]
    assert objects.stat(sent.files.rendition_key).content_type == "video/mp4"


def test_the_sound_alone_is_playable_where_the_pictures_are_not(
    make: Any, examined: Any, given: Given, objects: MemoryObjectStore, tmp_path: Path
) -> None:
    sent = prepared(examined(make("a.avi", *PICTURES, *SOUND, "-c:v", "mpeg4", "-c:a", "libmp3lame")), given)
    assert sent.files.rendition_type == "audio/mp4"
    streams = facts(objects.get_bytes(sent.files.rendition_key), tmp_path)["streams"]
    assert [stream["codec_name"] for stream in streams] == ["aac"]
    assert sent.files.poster_key


def test_a_video_without_sound_goes_straight_to_index(make: Any, examined: Any, given: Given) -> None:
    sent = prepared(examined(make("a.mp4", *PICTURES, *H264)), given)
    assert isinstance(sent, StoreRecording)
    assert (sent.embedded_key, sent.files.audio_key) == (None, None)
    assert sent.files.poster_key


@pytest.mark.parametrize("sound", [SOUND, ()])
def test_a_recording_with_captions_is_not_transcribed_whether_it_has_sound_or_not(
    make: Any, examined: Any, given: Given, sound: tuple[str, ...]
) -> None:
    command = replace(examined(make("a.mp4", *PICTURES, *sound, *H264)), captions_key="in/t/t/med_1/captions-1")
    sent = prepared(command, given)
    assert isinstance(sent, EmbedTranscript)
    assert (sent.transcript_key, bool(sent.files.audio_key)) == ("in/t/t/med_1/captions-1", bool(sound))


def test_a_film_shot_upright_gets_an_upright_poster(
    make: Any, examined: Any, given: Given, objects: MemoryObjectStore, tmp_path: Path
) -> None:
    flat = make("flat.mp4", *PICTURES, *SOUND, *H264, "-c:a", "aac")
    (tmp_path / "flat.mp4").write_bytes(flat)
    content = make("a.mp4", "-i", f"file:{tmp_path}/flat.mp4", "-c", "copy", "-metadata:s:v", "rotate=90")
    sent = prepared(examined(content), given)
    picture = facts(objects.get_bytes(sent.files.poster_key), tmp_path)["streams"][0]
    assert (picture["width"], picture["height"]) == (240, 320)


def test_a_wide_film_gets_pictures_of_the_right_size(
    make: Any, examined: Any, given: Given, objects: MemoryObjectStore, tmp_path: Path
) -> None:
    wide = ("-f", "lavfi", "-i", "testsrc=d=1:s=1920x1080:r=25")
    sent = prepared(examined(make("a.mp4", *wide, *SOUND, *H264, "-c:a", "aac", seconds=1)), given)
    sizes = [
        (stream["width"], stream["height"])
        for key in (sent.files.poster_key, sent.files.thumbnail_key)
        for stream in facts(objects.get_bytes(key), tmp_path)["streams"]
    ]
    assert sizes == [(1280, 720), (320, 180)]


def test_text_of_the_original_does_not_reach_what_is_made_of_it(
    make: Any, examined: Any, given: Given, objects: MemoryObjectStore
) -> None:
    secret = ("-metadata", "title=PLANTED", "-metadata", "location=+37.5+127.0/")
    sent = prepared(examined(make("a.mkv", *PICTURES, *SOUND, *H264, "-c:a", "aac", *secret)), given)
    files = sent.files
    for key in (files.audio_key, files.poster_key, files.thumbnail_key, files.rendition_key):
        assert b"PLANTED" not in objects.get_bytes(key)
        assert b"127.0" not in objects.get_bytes(key)


def test_pictures_that_can_not_be_taken_do_not_fail_the_job(make: Any, examined: Any, given: Given) -> None:
    raw = make("a.mov", *PICTURES, *SOUND, "-c:v", "rawvideo", "-c:a", "aac")
    sent = prepared(examined(raw), given)
    assert isinstance(sent, TranscribeAudio)
    assert sent.files.warnings == ("no-poster",)
    assert sent.files.poster_key is None


def test_a_second_try_repeats_no_finished_step(
    mp4: bytes, examined: Any, given: Given, objects: MemoryObjectStore
) -> None:
    command = examined(mp4)
    journal = MemoryJournal()
    first = prepared(command, given, journal=journal)
    before = set(objects.keys(""))
    second = prepared(command, given, journal=journal, attempt_id="attempt-2")
    assert second == first
    assert set(objects.keys("")) == before


def test_a_recording_is_brought_once_and_never_written_again(make: Any, examined: Any, given: Given) -> None:
    moved: list[tuple[str, str, int]] = []

    class Counting(MemoryObjectStore):
        def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
            for chunk in super().chunks(key, start, length):
                moved.append(("out", key, len(chunk)))
                yield chunk

        def put_bytes(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
            moved.append(("in", key, len(data)))
            return super().put_bytes(key, data, content_type)

    content = make("a.mkv", *PICTURES, *SOUND, *H264, "-c:a", "aac")
    command = examined(content)
    counting = Counting()
    counting.put_bytes(UPLOAD, content, "video/mp4")
    moved.clear()
    files = prepared(command, given | {"objects": counting}).files
    assert sum(size for way, key, size in moved if (way, key) == ("out", UPLOAD)) == len(content)
    made = (files.audio_key, files.poster_key, files.thumbnail_key, files.rendition_key)
    assert sorted(key for way, key, _ in moved if way == "in") == sorted(made)


def test_a_stop_in_the_middle_leaves_no_half_file(
    make: Any, examined: Any, given: Given, objects: MemoryObjectStore, tmp_path: Path
) -> None:
    command = examined(make("a.flac", *SOUND, "-c:a", "flac", seconds=600))
    task = memory_task(command)
    asked = []

    def stop() -> None:
        asked.append(1)
        if len(asked) > 20:
            raise Interrupted("shutting down")

    task._stop = stop
    with pytest.raises(Interrupted):
        actors.prepare_recording(task, command, **given)
    assert list(objects.keys("")) == [UPLOAD]
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_sound_is_streamed_in_small_pieces(
    make: Any, examined: Any, given: Given, objects: MemoryObjectStore
) -> None:
    pieces: list[int] = []

    class Watching(MemoryObjectStore):
        def put_stream(self, key: str, stream: BinaryIO, content_type: str, *, part_bytes: int = 0) -> ObjectInfo:
            data = bytearray()
            while piece := stream.read(1 << 20):
                pieces.append(len(piece))
                data += piece
            return self.put_bytes(key, bytes(data), content_type)

    noise = ("-f", "lavfi", "-i", "anoisesrc=r=16000:d={seconds}", "-c:a", "flac")
    command = examined(make("a.flac", *noise, seconds=120))
    watching = Watching()
    watching.put_bytes(UPLOAD, objects.get_bytes(UPLOAD), "audio/flac")
    prepared(command, given | {"objects": watching})
    assert sum(pieces) > 2_000_000
    assert max(pieces) <= 1 << 20
    assert len(pieces) > 5


def test_a_recording_longer_than_its_header_and_the_limit_is_refused(
    make: Any, examined: Any, given: Given, limits: Limits, objects: MemoryObjectStore
) -> None:
    silence = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "3500", "-c:a", "flac")
    command = examined(make("a.flac", *silence))
    short = Limits(**{name: getattr(limits, name) for name in limits.__dataclass_fields__} | {"longest_seconds": 60})
    tight = given | {"limits": short, "ffmpeg": Ffmpeg.find(short)}
    with pytest.raises(BadInput) as caught:
        prepared(command, tight)
    assert caught.value.code == "too-long"
    assert not [key for key in objects.keys("ok/") if key.endswith(".flac")]


@pytest.mark.parametrize("moved", [False, True], ids=["where it was", "moved by an earlier version"])
def test_a_later_run_of_a_job_finds_the_original(
    mp4: bytes, examined: Any, given: Given, objects: MemoryObjectStore, moved: bool
) -> None:
    command = examined(mp4)
    prepared(command, given)
    where = "ok/t/t1/med_1/original" if moved else UPLOAD
    if moved:
        objects.put_bytes(where, mp4, "video/mp4")
        objects.remove(UPLOAD)
    again = Examine(
        tenant_id="t1",
        job_id="job_1",
        media_id="med_1",
        original_key=UPLOAD,
        filename="a.mp4",
        size_bytes=len(mp4),
    )
    task = memory_task(again, run=2)
    actors.examine(task, again, **given)
    (sent,) = task.sent
    assert isinstance(sent, PrepareRecording)
    assert prepared(sent, given, run=2).files.original_key == where
    assert prepared(replace(sent, original_key=UPLOAD), given, run=2).files.original_key == where
