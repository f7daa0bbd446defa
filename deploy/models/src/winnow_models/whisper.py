"""Transcribes with Whisper base: calls queue for one process that uses all cores for one of them."""

import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from winnow_models.decoding import Recording
from winnow_models.heard import HeardSpeech, Utterance
from winnow_models.line import CallQueue, QueuePlace
from winnow_models.speech_process import TICK_SECONDS, SpeechProcess
from winnow_models.speech_settings import SAMPLE_RATE_HZ
from winnow_models.speech_task import SpeechOptions, SpeechTask, Step
from winnow_models.window_hearing import SURE_OF_LANGUAGE

MODEL_ID = "whisper-base"
PLACES = 2
"""One call is processed while the next is sent and decoded; more would only delay the first ones."""

_SHARE_SECONDS = 45.0
"""An audio chunk of some minutes is done before that; other calls wait no longer than this for a hostile one.
"""


@dataclass(frozen=True, kw_only=True)
class SpeechProgress:
    """How much of a recording is transcribed."""

    heard_seconds: float
    duration_seconds: float
    waiting: bool = False
    """Whether it now waits behind another call."""


class Whisper:
    """One Whisper model, loaded on first use from the folder that ``find_weights`` returns.

    It uses ``cores`` cores and is unloaded ``idle_seconds`` after the last call.
    """

    def __init__(self, find_weights: Callable[[], Path], *, cores: int, idle_seconds: float) -> None:
        self._process = SpeechProcess(find_weights, cores=cores, idle_seconds=idle_seconds)
        self._line = CallQueue(PLACES, _SHARE_SECONDS)

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._process.running

    def enter(self) -> QueuePlace:
        """Takes a place in the queue, which the caller must leave in the end. Raises QueueFull."""
        return self._line.enter()

    def hear(
        self, turn: QueuePlace, recording: Recording, wish: SpeechOptions
    ) -> Generator[SpeechProgress | HeardSpeech]:
        """Transcribes: yields progress at least every second, and at last the transcript. Closing the iterator stops
        the work.

        Raises Unavailable if the speech process died, and whatever ``find_weights`` raises.
        """
        duration_seconds = recording.samples / SAMPLE_RATE_HZ
        utterances: list[Utterance] = []
        at = 0
        while at < recording.samples:
            while not turn.is_first(TICK_SECONDS):
                yield SpeechProgress(heard_seconds=at / SAMPLE_RATE_HZ, duration_seconds=duration_seconds, waiting=True)
            began = time.monotonic()
            likely = _likely_language(utterances)
            task = SpeechTask(path=recording.path, start=at, wish=replace(wish, likely_language=likely))
            with closing(self._process.work(task)) as working:
                for said in working:
                    at = said.next if isinstance(said, Step) else said
                    yield SpeechProgress(heard_seconds=at / SAMPLE_RATE_HZ, duration_seconds=duration_seconds)
                    if isinstance(said, Step):
                        utterances += said.utterances
            turn.spend(time.monotonic() - began)
        yield HeardSpeech(
            duration_seconds=duration_seconds,
            utterances=tuple(utterances),
            asked_language=wish.language,
        )

    def end(self) -> None:
        """Unloads the model."""
        self._process.end()


def _likely_language(utterances: list[Utterance]) -> str | None:
    """Returns the last language that was detected with confidence."""
    sure = (one.language for one in reversed(utterances) if one.language_probability >= SURE_OF_LANGUAGE)
    return next(sure, None)
