"""The speech model gives its memory back when nobody calls, and is there again for the next call."""

import time
from pathlib import Path

import pytest

from winnow_models import whisper
from winnow_models.decoding import Recording, decode
from winnow_models.heard import HeardSpeech
from winnow_models.settings import models_folder
from winnow_models.speech_task import SpeechOptions
from winnow_models.weights import fetch
from winnow_models.whisper import Whisper

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]  # the first one may download the weights


def hear(speech: Whisper, recording: Recording) -> str:
    turn = speech.enter()
    try:
        *_, last = speech.hear(turn, recording, SpeechOptions())
    finally:
        turn.leave()
    assert isinstance(last, HeardSpeech)
    return last.text


def test_the_process_ends_when_idle_and_the_next_call_starts_another(clips: list[Path], tmp_path: Path) -> None:
    recording = decode(clips[1], tmp_path / "samples")
    speech = Whisper(lambda: fetch(whisper.MODEL_ID, models_folder()), cores=1, idle_seconds=0.5)
    assert not speech.loaded

    said = hear(speech, recording)

    deadline = time.monotonic() + 10
    while speech.loaded:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert hear(speech, recording) == said
    speech.end()
    assert not speech.loaded
