"""What players get: pictures and sound that browsers play, with an index, and nothing that was not to be shown."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

PICTURES = ("-f", "lavfi", "-i", "testsrc=d=3:s=160x120:r=25")
SOUND = ("-f", "lavfi", "-i", "sine=f=440:r=48000:d=3")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8")
PLACE = "+37.5665+126.9780/"

SHOWN = {
    "camera.mov": ((*H264, "-c:a", "pcm_s16le"), ["h264", "aac"]),
    "camcorder.ts": ((*H264, "-c:a", "ac3"), ["h264", "aac"]),
    "camcorder.m2ts": ((*H264, "-c:a", "ac3", "-mpegts_m2ts_mode", "1"), ["h264", "aac"]),
    "film.mkv": ((*H264, "-c:a", "dca", "-strict", "-2", "-ac", "2"), ["h264", "aac"]),
    "film.mp4": ((*H264, "-c:a", "ac3"), ["h264", "aac"]),
    "old.avi": ((*H264, "-bf", "2", "-c:a", "pcm_s16le"), ["h264", "aac"]),
    "phone.mov": ((*H264, "-c:a", "aac"), ["h264", "aac"]),
    "odd.mkv": ((*VP8, "-c:a", "aac"), ["vp8", "opus"]),
    "web.mkv": ((*VP8, "-c:a", "libvorbis"), ["vp8", "vorbis"]),
    "unplayable.mkv": (("-c:v", "mpeg4", "-c:a", "aac"), ["aac"]),
}


@pytest.mark.parametrize("name", SHOWN)
def test_neither_pictures_nor_sound_are_left_out_because_of_the_other(
    name: str, make: Any, recorded: Any, facts: Any
) -> None:
    options, expected = SHOWN[name]
    made = recorded(make(name, *PICTURES, *SOUND, *options))
    assert [stream["codec_name"] for stream in facts(made.served)["streams"]] == expected
    assert float(facts(made.served)["format"]["duration"]) == pytest.approx(3, abs=0.15)
    assert made.files.warnings == ()


def as_recorded_live(tmp_path: Path, *options: str) -> bytes:
    """What a browser's MediaRecorder sends: written once from front to back, without duration and index."""
    line = ["ffmpeg", "-nostdin", "-v", "error", *options, "-live", "1", "-f", "webm", "pipe:1"]
    return subprocess.run(line, capture_output=True, check=True, timeout=100, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    "options",
    [(*PICTURES, *SOUND, *VP8, "-c:a", "libopus"), (*SOUND, "-c:a", "libopus"), (*PICTURES, *VP8)],
    ids=["film", "voice", "silent"],
)
def test_a_browsers_recording_is_served_with_its_duration_and_an_index(
    options: tuple[str, ...], recorded: Any, facts: Any, tmp_path: Path
) -> None:
    content = as_recorded_live(tmp_path, *options)
    assert b"\x1c\x53\xbb\x6b" not in content
    made = recorded(content)
    assert made.rendition == "webm"
    assert float(facts(made.served)["format"]["duration"]) == pytest.approx(3, abs=0.1)
    assert b"\x1c\x53\xbb\x6b" in made.served
    assert made.files.duration_ms == pytest.approx(3000, abs=100)


def test_a_fragmented_mp4_is_served_with_one_index(make: Any, recorded: Any) -> None:
    fragments = ("-movflags", "frag_keyframe+empty_moov+default_base_moof")
    made = recorded(make("a.mp4", *PICTURES, *SOUND, *H264, "-c:a", "aac", *fragments))
    assert b"moof" not in made.served
    assert made.served.index(b"moov") < made.served.index(b"mdat")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp4", (*PICTURES, *SOUND, *H264, "-c:a", "aac", "-metadata", f"location={PLACE}")),
        ("a.mov", (*PICTURES, *SOUND, *H264, "-c:a", "aac", "-metadata", f"location={PLACE}")),
        ("a.m4a", (*SOUND, "-c:a", "aac", "-metadata", f"location={PLACE}")),
        ("a.webm", (*PICTURES, *SOUND, *VP8, "-c:a", "libopus", "-metadata:s:v", f"title={PLACE}")),
        ("a.mp3", (*SOUND, "-c:a", "libmp3lame", "-metadata", f"place={PLACE}")),
        ("a.ogg", (*SOUND, "-c:a", "libvorbis", "-metadata", f"comment=at {PLACE}")),
        ("a.flac", (*SOUND, "-c:a", "flac", "-metadata", f"GPS={PLACE}")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_served_does_not_tell_where_it_was_recorded(
    name: str, options: tuple[str, ...], make: Any, recorded: Any
) -> None:
    content = make(name, *options)
    assert b"126.9780" in content or b"loci" in content  # in words, or in the box that telephones write
    made = recorded(content)
    assert made.rendition is not None
    assert b"126.9780" not in made.served
    assert b"loci" not in made.served


def test_a_makers_own_box_is_not_served(mp4: bytes, recorded: Any) -> None:
    secret = b"GPS " + os.urandom(60)
    made = recorded(mp4 + (8 + len(secret)).to_bytes(4, "big") + b"uuid" + secret)
    assert secret not in made.served


def test_a_track_of_a_cameras_data_is_not_served(make: Any, recorded: Any, facts: Any, tmp_path: Path) -> None:
    captions = tmp_path / "flight.srt"
    captions.write_text(f"1\n00:00:00,000 --> 00:00:02,000\n{PLACE}\n", encoding="utf-8")
    content = make("a.mp4", *PICTURES, "-i", f"file:{captions}", *H264, "-c:s", "mov_text")
    assert b"126.9780" in content
    made = recorded(content)
    assert b"126.9780" not in made.served
    assert [stream["codec_type"] for stream in facts(made.served)["streams"]] == ["video"]


def test_an_ordinary_recording_is_served_as_it_came(mp4: bytes, recorded: Any) -> None:
    made = recorded(mp4)
    assert made.rendition is None
    assert made.served == mp4


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.webm"])
@pytest.mark.parametrize("pictures", ["one", "two"])
def test_a_talk_over_a_slide_or_two_has_a_poster(
    name: str, pictures: str, make: Any, recorded: Any, objects: Any
) -> None:
    shown = "eq(n,0)" if pictures == "one" else "eq(n,0)+eq(n,12)"
    slides = ("-f", "lavfi", "-i", "testsrc=d=3:s=160x120:r=25", "-f", "lavfi", "-i", "sine=f=440:d=14")
    coded = (*VP8, "-c:a", "libopus") if name == "a.webm" else (*H264, "-c:a", "aac")
    made = recorded(make(name, *slides, "-vf", f"select='{shown}'", "-vsync", "vfr", *coded))
    assert made.files.warnings == ()
    assert objects.get_bytes(made.files.poster_key)[:2] == b"\xff\xd8"
    assert objects.get_bytes(made.files.thumbnail_key)[:2] == b"\xff\xd8"


def test_a_film_that_is_turned_for_showing_stays_so_in_its_rendition(make: Any, recorded: Any, facts: Any) -> None:
    turned = make("a.mp4", *PICTURES, *SOUND, *H264, "-c:a", "aac")
    place = turned.index(b"tkhd") + 44  # the matrix of the first track (ISO/IEC 14496-12, 8.3.2)
    matrix = b"".join(
        value.to_bytes(4, "big", signed=True) for value in (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    )
    apart = b"\0\0\0\x18uuid0123456789abcdef"  # a box of its maker's, so that a rendition is made
    made = recorded(turned[:place] + matrix + turned[place + 36 :] + apart)
    assert made.rendition == "mp4"
    sides = [side for stream in facts(made.served)["streams"] for side in stream.get("side_data_list", [])]
    assert [abs(side["rotation"]) for side in sides if "rotation" in side] == [90]
