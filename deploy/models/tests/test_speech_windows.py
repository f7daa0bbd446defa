"""Speech found in sound, packed into windows, and mapped back to the times of the sound."""

import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from winnow_models.heard import SpokenWord, Utterance
from winnow_models.speech_windows import Sound, Window, WindowSpan, look, pack
from winnow_models.unheard import unheard

RATE = 16_000


@pytest.fixture
def speech(clips: list[Path]) -> Sound:
    with wave.open(str(clips[0])) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def silence(seconds: float) -> Sound:
    return np.zeros(int(seconds * RATE), dtype=np.int16)


def span(start_seconds: float, end_seconds: float) -> WindowSpan:
    return WindowSpan(start=int(start_seconds * RATE), end=int(end_seconds * RATE))


def utterance(*words: tuple[float, float]) -> Utterance:
    spoken = tuple(SpokenWord(word="a", start_seconds=s, end_seconds=e, probability=1) for s, e in words)
    return Utterance(
        text="a",
        start_seconds=words[0][0],
        end_seconds=words[-1][1],
        language="en",
        language_probability=1,
        avg_logprob=0,
        no_speech_prob=0,
        compression_ratio=1,
        temperature=0,
        words=spoken,
    )


def test_as_few_windows_as_hold_the_speech_and_none_over_thirty_seconds() -> None:
    spans = [span(0, 10), span(20, 30), span(40, 50), span(60, 89)]
    assert [window.spans for window in pack(spans)] == [tuple(spans[:3]), tuple(spans[3:])]


def test_a_time_in_a_window_is_that_of_the_sound_behind_a_pause_too() -> None:
    window = Window(spans=(span(10, 12), span(100, 105)))
    assert [window.in_sound(second) for second in (0, 1, 2, 3, 7, 99)] == [10, 11, 12, 101, 105, 105]


@pytest.mark.parametrize("before_seconds", [0, 119, 177, 179.9, 200])
def test_speech_is_found_whole_wherever_a_look_ends(speech: Sound, before_seconds: float) -> None:
    sound = np.concatenate([silence(before_seconds), speech, silence(70)])
    found: list[WindowSpan] = []
    at = 0
    while at < len(sound):
        looked = look(sound, at, windows=4)
        assert looked.next > at
        found += [span for window in looked.windows for span in window.spans]
        at = looked.next

    assert found == sorted(found, key=lambda one: one.start)
    assert found[0].start_seconds == pytest.approx(before_seconds, abs=0.6)
    assert found[-1].end_seconds == pytest.approx(before_seconds + len(speech) / RATE, abs=0.6)
    assert sum(one.length for one in found) <= len(speech) + RATE


@pytest.mark.parametrize(
    "made",
    [
        "anoisesrc=color=pink:amplitude=0.3:d=40",
        "sine=50:d=40",
        "sine=261.6:d=40[a];sine=329.6:d=40[b];sine=392:d=40[c];[a][b][c]amix=3",
        "aevalsrc=0.4*sin(2*PI*t*(220+110*mod(floor(2*t)\\,5)))*exp(-3*mod(2*t\\,1)):d=40",
        "anullsrc=r=16000:cl=mono:d=40",
    ],
    ids=["pink noise", "hum", "chord", "tune", "silence"],
)
def test_what_is_not_speech_makes_no_window(made: str, tmp_path: Path) -> None:
    path = tmp_path / "sound"
    output = ["-ac", "1", "-ar", str(RATE), "-f", "s16le", path]
    subprocess.run(["ffmpeg", "-v", "error", "-filter_complex", made, *output], check=True)
    sound = np.memmap(path, dtype="<i2", mode="r")
    at = 0
    while at < len(sound):
        looked = look(sound, at, windows=4)
        assert not looked.windows
        at = looked.next


def test_the_longest_part_of_a_window_without_words_is_unheard() -> None:
    window = Window(spans=(span(0, 10), span(50, 60)))
    heard = [utterance((0, 1), (3, 7)), utterance((58, 59))]
    assert unheard(window, heard) == Window(spans=(span(7, 10), span(50, 58)))


def test_a_window_with_words_all_over_or_with_none_has_no_unheard_part() -> None:
    window = Window(spans=(span(0, 10),))
    assert unheard(window, [utterance((1, 3), (5, 7))]) is None
    assert unheard(window, []) is None
