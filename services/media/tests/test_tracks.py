"""Which of several audio tracks is taken."""

from typing import Any

import pytest

from winnow_contracts.errors import BadInput

PICTURES = ("-f", "lavfi", "-i", "testsrc=d=8:s=160x120:r=25")
SILENCE = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono:d=8")
TONE = ("-f", "lavfi", "-i", "sine=f=700:r=48000:d=8")
LATE_TONE = ("-f", "lavfi", "-i", "sine=f=700:r=48000:d=8,volume=enable='lt(t,3)':volume=0")
TRACKS = ("-map", "0:v", "-map", "1:a", "-map", "2:a")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")

CONTAINERS = {
    "a.mkv": (*H264, "-c:a", "aac"),
    "a.mp4": (*H264, "-c:a", "aac"),
    "a.mov": (*H264, "-c:a", "pcm_s16le"),
    "a.ts": (*H264, "-c:a", "ac3"),
    "a.webm": VP8,
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_silent_first_track_gives_way_to_one_that_is_heard(
    name: str, make: Any, recorded: Any, first_heard: Any, facts: Any
) -> None:
    made = recorded(make(name, *PICTURES, *SILENCE, *LATE_TONE, *TRACKS, *CONTAINERS[name]))
    assert made.files.warnings == ("audio-track 2 of 2",)
    assert first_heard(made.sound) == pytest.approx(3, abs=0.1)
    assert first_heard(made.served) == pytest.approx(3, abs=0.1)
    assert [stream["codec_type"] for stream in facts(made.served)["streams"]] == ["video", "audio"]


def test_the_first_of_two_that_are_heard_is_taken_and_the_other_told_of(
    make: Any, recorded: Any, first_heard: Any
) -> None:
    made = recorded(make("a.mp4", *PICTURES, *LATE_TONE, *TONE, *TRACKS, *H264, "-c:a", "aac"))
    assert made.files.warnings == ("audio-track 1 of 2",)
    assert first_heard(made.sound) == pytest.approx(3, abs=0.1)


def test_the_track_that_was_asked_for_is_taken(make: Any, recorded: Any, first_heard: Any) -> None:
    made = recorded(make("a.mp4", *PICTURES, *TONE, *LATE_TONE, *TRACKS, *H264, "-c:a", "aac"), audio_track=2)
    assert made.files.warnings == ("audio-track 2 of 2",)
    assert first_heard(made.sound) == pytest.approx(3, abs=0.1)
    assert first_heard(made.served) == pytest.approx(3, abs=0.1)


def test_a_track_that_is_not_there_is_refused_in_words(make: Any, recorded: Any) -> None:
    with pytest.raises(BadInput) as caught:
        recorded(make("a.mp4", *PICTURES, *TONE, *TONE, *TRACKS, *H264, "-c:a", "aac"), audio_track=3)
    assert caught.value.code == "invalid-field"
    assert "has 2 audio tracks; track 3 was asked for" in caught.value.detail


def test_of_two_silent_tracks_the_first_is_taken(make: Any, recorded: Any) -> None:
    made = recorded(make("a.mkv", *PICTURES, *SILENCE, *SILENCE, *TRACKS, *H264, "-c:a", "aac"))
    assert made.files.warnings == ("audio-track 1 of 2",)


def test_a_track_that_can_not_be_decoded_gives_way_to_one_that_can(make: Any, recorded: Any, first_heard: Any) -> None:
    coded = (*H264, "-c:a:0", "tta", "-c:a:1", "aac")
    made = recorded(make("a.mkv", *PICTURES, *TONE, *LATE_TONE, *TRACKS, *coded))
    assert made.files.warnings == ("audio-track 2 of 2",)
    assert first_heard(made.sound) == pytest.approx(3, abs=0.1)


def test_a_film_whose_only_track_is_empty_is_a_film_without_sound(make: Any, recorded: Any) -> None:
    empty = ("-filter:a", "atrim=start=99", "-c:a", "aac")
    made = recorded(make("a.mkv", *PICTURES, *TONE, "-map", "0:v", "-map", "1:a", *H264, *empty))
    assert made.files.audio_key is None
    assert made.files.poster_key
    assert made.files.warnings == ("no-sound",)
