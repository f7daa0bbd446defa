"""Which codecs are taken, and the errors for the others."""

from typing import Any

import pytest

from winnow_contracts.errors import Unsupported

PICTURES = ("-f", "lavfi", "-i", "testsrc=d=2:s=160x120:r=25")
SOUND = ("-f", "lavfi", "-i", "sine=f=440:r=48000:d=2", "-ac", "1")

TAKEN = {
    "call-center.wav": ("-ar", "8000", "-c:a", "libgsm_ms"),
    "phone.mov": ("-ar", "8000", "-c:a", "libgsm"),
    "g726.wav": ("-ar", "8000", "-c:a", "g726"),
    "g722.wav": ("-ar", "16000", "-c:a", "g722"),
    "recorder.ogg": ("-ar", "16000", "-c:a", "libspeex"),
    "dictation.wav": ("-c:a", "adpcm_ms"),
    "camera.mov": ("-c:a", "adpcm_ima_qt"),
    "yamaha.wav": ("-c:a", "adpcm_yamaha"),
    "film.mkv": ("-ac", "2", "-c:a", "dca", "-strict", "-2"),
    "disc.mkv": ("-ac", "2", "-c:a", "truehd", "-strict", "-2"),
    "stream.mkv": ("-c:a", "eac3"),
    "film.avi": ("-ar", "44100", "-c:a", "wmav2"),
    "old.avi": ("-ar", "44100", "-c:a", "wmav1"),
    "lossless.m4a": ("-c:a", "alac"),
    "radio.mp2": ("-c:a", "mp2"),
    "broadcast.ts": ("-c:a", "s302m", "-ac", "2", "-strict", "-2"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_sound_of_recorders_telephones_and_cameras_is_taken(
    name: str, make: Any, recorded: Any, first_heard: Any, facts: Any
) -> None:
    made = recorded(make(name, *SOUND, *TAKEN[name]))
    assert first_heard(made.sound) < 0.2
    assert made.files.duration_ms == pytest.approx(2000, abs=400)
    assert facts(made.served)["streams"][0]["codec_name"] == "aac"


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "tta"), ("b.mkv", "wavpack"), ("c.wav", "adpcm_swf")])
def test_sound_in_a_codec_that_is_not_taken_is_called_that(name: str, codec: str, make: Any, recorded: Any) -> None:
    content = make(name, *SOUND, "-ar", "22050", "-c:a", codec)
    with pytest.raises(Unsupported) as caught:
        recorded(content)
    assert caught.value.code == "unsupported-codec"
    assert f"this codec ({codec}) is not taken" in caught.value.detail


def test_sound_in_a_codec_that_nobody_knows_is_not_called_damaged(make: Any, recorded: Any) -> None:
    content = bytearray(make("a.wav", *SOUND))
    content[20:22] = b"\x34\x12"
    with pytest.raises(Unsupported) as caught:
        recorded(bytes(content))
    assert caught.value.code == "unsupported-codec"
    assert "(unknown)" in caught.value.detail


def test_pictures_alone_in_a_codec_that_is_not_taken_are_called_that(make: Any, recorded: Any) -> None:
    with pytest.raises(Unsupported) as caught:
        recorded(make("a.mov", *PICTURES, "-c:v", "rawvideo"))
    assert "picture" in caught.value.detail
    assert "(rawvideo)" in caught.value.detail


@pytest.mark.parametrize("codec", ["mpeg2video", "mpeg1video", "libtheora", "mjpeg"])
def test_older_pictures_give_a_poster(codec: str, make: Any, recorded: Any) -> None:
    made = recorded(make("a.mkv", *PICTURES, *SOUND, "-c:v", codec, "-c:a", "mp2"))
    assert made.files.poster_key
    assert made.files.warnings == ()
