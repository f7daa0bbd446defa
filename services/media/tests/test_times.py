"""Times of speech are those that a player shows, whatever times the container uses."""

from typing import Any

import pytest

PICTURES = ("-f", "lavfi", "-i", "testsrc=d=8:s=160x120:r=25")
TONE = ("-f", "lavfi", "-i", "sine=f=700:r=48000:d=2")
TONE_AT_3 = ("-f", "lavfi", "-i", "sine=f=700:r=48000:d=8,volume=enable='lt(t,3)':volume=0")
BOTH = ("-map", "0:v", "-map", "1:a")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p", "-g", "25")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")

CONTAINERS = {
    "a.mp4": (*H264, "-c:a", "aac"),
    "a.mov": (*H264, "-c:a", "pcm_s16le"),
    "a.mkv": (*H264, "-c:a", "aac"),
    "unplayable.mkv": ("-c:v", "mpeg4", "-c:a", "ac3"),
    "a.ts": (*H264, "-c:a", "aac"),
    "a.m2ts": (*H264, "-c:a", "ac3", "-mpegts_m2ts_mode", "1"),
    "unplayable.ts": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "a.webm": VP8,
    "b.webm": VP9,
    "a.ogg": ("-c:v", "libtheora", "-c:a", "libvorbis"),
}

Heard = Any


def shown_alike(made: Any, first_heard: Any, seconds: float) -> None:
    assert made.sound is not None
    assert first_heard(made.sound) == pytest.approx(seconds, abs=0.1)
    assert first_heard(made.served) == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize("name", CONTAINERS)
def test_sound_that_begins_after_the_pictures_keeps_its_time(
    name: str, make: Any, recorded: Any, first_heard: Any
) -> None:
    made = recorded(make(name, *PICTURES, "-itsoffset", "4", *TONE, *BOTH, *CONTAINERS[name]))
    shown_alike(made, first_heard, 4)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.webm"])
def test_sound_that_begins_before_the_pictures_keeps_its_time(
    name: str, make: Any, recorded: Any, first_heard: Any
) -> None:
    made = recorded(make(name, "-itsoffset", "2", *PICTURES, *TONE_AT_3, *BOTH, *CONTAINERS[name]))
    shown_alike(made, first_heard, 3)


def test_sound_whose_beginning_an_edit_list_cuts_off_is_neither_late_nor_damaged(
    make: Any, recorded: Any, first_heard: Any
) -> None:
    made = recorded(make("a.mp4", *PICTURES, "-itsoffset", "-2", *TONE_AT_3, *BOTH, *H264, "-c:a", "aac"))
    shown_alike(made, first_heard, 1)
    assert made.files.warnings == ()


def test_a_clip_cut_out_of_a_film_without_a_key_frame_is_not_damaged(make: Any, recorded: Any, tmp_path: Any) -> None:
    rare = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "1000", "-an")
    (tmp_path / "film.mp4").write_bytes(make("film.mp4", *PICTURES, *rare))
    made = recorded(make("clip.mp4", "-ss", "7.5", "-i", f"file:{tmp_path}/film.mp4", "-c", "copy"))
    assert made.files.warnings == ()
    assert made.files.duration_ms == pytest.approx(500, abs=150)


def test_a_word_between_the_samples_of_a_long_film_is_heard(make: Any, recorded: Any, first_heard: Any) -> None:
    film = ("-f", "lavfi", "-i", "testsrc=d=90:s=64x48:r=5")
    made = recorded(make("a.mkv", *film, "-itsoffset", "10", *TONE, *BOTH, *H264, "-c:a", "aac"))
    shown_alike(made, first_heard, 10)


@pytest.mark.parametrize("name", ["a.webm", "a.mkv"])
def test_a_recording_whose_times_begin_late_is_shown_from_zero(
    name: str, make: Any, recorded: Any, first_heard: Any, facts: Any
) -> None:
    late = ("-itsoffset", "5", *PICTURES, "-itsoffset", "6", *TONE)
    made = recorded(make(name, *late, *BOTH, *CONTAINERS[name]))
    assert made.rendition is not None
    assert float(facts(made.served)["format"]["start_time"]) == pytest.approx(0, abs=0.1)
    assert first_heard(made.sound) == pytest.approx(1, abs=0.1)
    assert made.files.duration_ms == pytest.approx(8000, abs=150)


def test_a_voice_whose_times_begin_late_lasts_as_long_as_it_is_heard(make: Any, recorded: Any) -> None:
    made = recorded(make("a.mkv", "-itsoffset", "20", *TONE, "-c:a", "aac"))
    assert made.files.duration_ms == pytest.approx(2000, abs=150)
    assert made.files.warnings == ()


@pytest.mark.parametrize("offset", ["95440", "95443", "95300"])
def test_times_that_wrap_in_a_transport_stream_go_on(offset: str, make: Any, recorded: Any, first_heard: Any) -> None:
    wrapped = ("-output_ts_offset", offset, "-f", "mpegts")
    made = recorded(make("a.ts", *PICTURES, "-itsoffset", "2", *TONE_AT_3, *BOTH, *H264, "-c:a", "aac", *wrapped))
    shown_alike(made, first_heard, 5)


@pytest.mark.parametrize("with_sound", [True, False])
def test_a_hole_of_twenty_seconds_is_closed_as_players_close_it(
    with_sound: bool, make: Any, recorded: Any, first_heard: Any
) -> None:
    def part(offset: str) -> bytes:
        pictures = ("-f", "lavfi", "-i", "testsrc=d=3:s=160x120:r=25")
        tone = "sine=f=700:r=48000:d=3,volume=enable='lt(t,1)':volume=0"
        sound = ("-f", "lavfi", "-i", tone if offset != "0" else "anullsrc=r=48000:cl=mono", "-t", "3", "-c:a", "aac")
        return bytes(make("a.ts", *pictures, *(sound if with_sound else ()), *H264, "-output_ts_offset", offset))

    made = recorded(part("0") + part("23"))
    assert made.files.duration_ms == pytest.approx(6000, abs=200)
    if with_sound:
        shown_alike(made, first_heard, 4)
