"""Files made to hurt: each is refused with its code, or passes with its warning. They are made here, byte by byte."""

import os
import random
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.errors import BadInput, Permanent, Unsupported
from winnow_media.command_lines import Input, Programs
from winnow_media.examine import Examiner, Verdict
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.sandbox import Sandbox, find_program
from winnow_media.self_test import disguises
from winnow_media.settings import Limits

PICTURES = ("-f", "lavfi", "-i", "testsrc=d={seconds}:s=320x240:r=25")
SOUND = ("-f", "lavfi", "-i", "sine=f=440:d={seconds}")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")

Examine = Callable[[bytes], Verdict]


@pytest.fixture
def examine(ffmpeg: Ffmpeg, limits: Limits, tmp_path: Path, computed_seconds: Callable[[], float]) -> Examine:
    def run(content: bytes) -> Verdict:
        objects = MemoryObjectStore()
        objects.put_bytes("in/a", content, "video/mp4")
        before = computed_seconds()
        try:
            return Examiner(objects, ffmpeg, tmp_path, limits.longest_seconds, lambda: None).examine("in/a")
        finally:
            assert computed_seconds() - before < 5, "a verdict takes under 2 s on a machine of its own"

    return run


def refusal(examine: Examine, content: bytes) -> Permanent:
    with pytest.raises(Permanent) as caught:
        examine(content)
    return caught.value


def test_an_empty_file_is_refused_as_empty(examine: Examine) -> None:
    assert refusal(examine, b"").code == "empty-file"


def test_a_truncated_mp4_is_refused_and_told_where_it_was_cut(examine: Examine, mp4: bytes) -> None:
    error = refusal(examine, mp4[: len(mp4) // 2])
    assert error.code == "corrupt-media"
    assert "index of this MP4 (moov) is missing" in error.detail
    percent = int(error.detail.split("cut off at ")[1].split(" %")[0])
    assert 50 <= percent <= 60  # of the media; how long the lost index was, nobody can tell


def test_a_recording_that_the_camera_never_finished_is_refused_without_a_made_up_figure(examine: Examine) -> None:
    error = refusal(examine, b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + b"\0\0\0\0mdat" + bytes(5000))
    assert error.code == "corrupt-media"
    assert "probably broke off" in error.detail


def test_an_mp4_cut_behind_its_index_passes_with_a_warning(examine: Examine, make: Any) -> None:
    content = make("a.mp4", *PICTURES, *SOUND, *H264, "-c:a", "aac", "-movflags", "+faststart", seconds=30)
    verdict = examine(content[: len(content) * 3 // 4])
    assert any(warning.startswith("cut-off 7") for warning in verdict.warnings)


def test_an_mp4_damaged_inside_is_refused_though_its_header_is_good(examine: Examine, mp4: bytes) -> None:
    begin, end = mp4.index(b"mdat") + 4, mp4.index(b"moov") - 4
    error = refusal(examine, mp4[:begin] + random.Random(4).randbytes(end - begin) + mp4[end:])
    assert error.code == "corrupt-media"
    assert "sampled packets cannot be decoded" in error.detail


def test_an_mp4_with_one_damaged_place_passes_with_a_warning(examine: Examine, make: Any) -> None:
    content = bytearray(make("a.m4a", *SOUND, "-c:a", "aac", seconds=60))
    begin, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    place = begin + (end - begin) // 2 - 8000
    content[place : place + 16_000] = random.Random(4).randbytes(16_000)
    warnings = examine(bytes(content)).warnings
    assert warnings == ("damaged-audio 27.5-32.5 s",)


@pytest.mark.parametrize(
    "content",
    [
        random.Random(5).randbytes(100_000),
        b"just some words, again and again\n" * 100,
        b"<!doctype html><script>alert(1)</script>" * 50,
        b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>',
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"PK\3\4" + bytes(100),
        b"%PDF-1.7\n" + bytes(100),
    ],
    ids=["random", "text", "html", "dash", "png", "zip", "pdf"],
)
def test_what_is_no_recording_is_refused_by_its_content(examine: Examine, content: bytes) -> None:
    error = refusal(examine, content)
    assert isinstance(error, Unsupported)
    assert error.code == "unsupported-type"


@pytest.mark.parametrize("name", ["playlist.mp4", "script.mp4"])
@pytest.mark.parametrize("demuxer", ["mov", None])
def test_a_disguised_playlist_opens_no_other_file(
    name: str, demuxer: str | None, examine: Examine, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    sentinel = tmp_path / "segment.wav"
    os.mkfifo(sentinel)
    content = disguises(sentinel)[name]
    assert refusal(examine, content).code == "unsupported-type"
    (tmp_path / name).write_bytes(content)
    source = Input(path=tmp_path / name, demuxer=demuxer)
    with pytest.raises(BadInput):
        ffmpeg.probe(source, lambda: never_read(sentinel))
    never_read(sentinel)


def never_read(fifo: Path) -> None:
    """A FIFO can be opened for writing only while someone has it open for reading."""
    with pytest.raises(OSError, match="No such device or address"):
        os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)


def test_a_playlist_reaches_no_address_even_without_network_isolation(limits: Limits, tmp_path: Path) -> None:
    hits: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        port = server.getsockname()[1]
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    hits.append(server.accept())
                except TimeoutError:
                    continue

        listener = threading.Thread(target=listen)
        listener.start()
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n"
        (tmp_path / "a.mp4").write_text(playlist, encoding="ascii")
        programs = Programs(
            ffmpeg=find_program("ffmpeg", "ffmpeg"), ffprobe=find_program("ffprobe", "ffmpeg"), threads=1
        )
        open_to_all = Ffmpeg(programs, Sandbox(()), limits)
        for demuxer in ("mov", None):
            with pytest.raises(BadInput):
                open_to_all.probe(Input(path=tmp_path / "a.mp4", demuxer=demuxer), lambda: None)
        done.set()
        listener.join()
    assert hits == []


@pytest.mark.parametrize("name", ["-i evil.mp4", "concat:a|b", "http:host", "%00", "\u202egpj.mp4", "line\nbreak", "-"])
def test_a_name_is_never_taken_for_an_option_or_a_protocol(
    name: str, mp4: bytes, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(mp4)
    assert len(ffmpeg.probe(Input(path=tmp_path / name, demuxer="mov"), lambda: None).streams) == 2


def test_sound_outside_of_the_file_is_not_fetched(examine: Examine, make: Any, tmp_path: Path) -> None:
    """MOV data references that name another file."""
    content = make("a.mov", *SOUND, "-c:a", "pcm_s16le")
    begin, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    entry = content.index(b"dref") + 12
    assert content[entry + 4 : entry + 8] == b"url "
    outside = bytearray(content)
    outside[entry + 4 : entry + 12] = b"alis" + bytes(4)  # not self-contained, no path that could be followed
    outside[begin:end] = bytes(end - begin)
    verdict = examine(bytes(outside))
    assert verdict.audio_stream == 0  # what is decoded is this file's own silence


def test_a_header_that_promises_hours_for_seconds_is_corrected(examine: Examine, make: Any) -> None:
    content = bytearray(make("a.mkv", *SOUND, "-c:a", "aac", seconds=30))
    place = content.index(b"\x44\x89\x88") + 3  # Duration, a double of 8 bytes, in ms
    content[place : place + 8] = struct.pack(">d", 3_000_000.0)
    verdict = examine(bytes(content))
    assert verdict.duration_ms == pytest.approx(30_000, abs=200)
    assert verdict.warnings == ("duration-header-wrong",)


def test_a_recording_over_the_limit_is_refused_with_the_maximum(examine: Examine, make: Any) -> None:
    silence = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "3700", "-c:a", "flac")
    error = refusal(examine, make("a.flac", *silence))
    assert error.code == "too-long"
    assert "lasts 62 minutes; at most 60" in error.detail


def test_a_container_without_any_recording_is_refused(examine: Examine, make: Any, tmp_path: Path) -> None:
    captions = tmp_path / "captions.srt"
    captions.write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n", encoding="utf-8")
    error = refusal(examine, make("a.mkv", "-i", f"file:{captions}", "-c:s", "srt"))
    assert error.code == "corrupt-media"


def test_an_index_of_nonsense_is_refused(examine: Examine, mp4: bytes) -> None:
    place = mp4.index(b"moov") + 4
    content = mp4[:place] + random.Random(6).randbytes(len(mp4) - place)
    assert refusal(examine, content).code == "corrupt-media"


def test_a_file_with_very_many_streams_is_refused(examine: Examine, make: Any) -> None:
    tracks = ("-map", "0") * 70
    error = refusal(examine, make("a.mkv", *SOUND, *tracks, "-c:a", "pcm_s16le", seconds=0.2))
    assert error.code in ("corrupt-media", "resource-limit")
