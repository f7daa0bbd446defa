"""How many threads ffmpeg has is said on its command lines, and never left to how many processors the machine has."""

from pathlib import Path

import pytest

from winnow_media import command_lines
from winnow_media.command_lines import Input, Programs

PROGRAMS = Programs(ffmpeg="/bin/ffmpeg", ffprobe="/bin/ffprobe", threads=3)
FILM = Input(path=Path("film.mp4"), demuxer="mov")
POSTER, THUMBNAIL = Path("poster.jpg"), Path("thumbnail.jpg")
DECODING = {
    "samples": command_lines.decode_samples(PROGRAMS, FILM, 1, ((0.0, 2.0), (60.0, 2.0))),
    "sound": command_lines.extract_audio(PROGRAMS, FILM, 1, True, 60),
    "pictures": command_lines.take_pictures(PROGRAMS, FILM, 5, POSTER, THUMBNAIL),
    "rendition": command_lines.render(PROGRAMS, FILM, "mp4-aac", 1, True, 60, Path("made.mp4")),
}


@pytest.mark.parametrize("line", DECODING.values(), ids=DECODING)
def test_every_input_that_is_decoded_says_how_many_threads_its_decoders_have(line: list[str]) -> None:
    inputs = " ".join(line).split(" -i ")
    assert len(inputs) > 1
    assert all("-threads 3 " in options for options in inputs[:-1])


@pytest.mark.parametrize("line", DECODING.values(), ids=DECODING)
def test_filters_have_as_many(line: list[str]) -> None:
    for option in ("-filter_threads", "-filter_complex_threads"):
        assert line[line.index(option) + 1] == "3"


def test_the_encoders_of_pictures_which_share_frames_among_threads_have_as_many() -> None:
    outputs = " ".join(DECODING["pictures"]).split(" -map ")[1:]
    assert len(outputs) == 2
    assert all("-c:v mjpeg -threads 3 " in options for options in outputs)
