"""Speech to text with Whisper base in this process: loaded on first use, one recording at a time."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from winnow_contracts.errors import BadInput, RateLimited
from winnow_local.models.decoding import SAMPLE_RATE_HZ, Samples

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

MODEL_ID = "whisper-base"
_CALLS_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class SpokenWord:
    """One word as heard; times in seconds from the start, ``probability`` 0 to 1."""

    word: str
    start_seconds: float
    end_seconds: float
    probability: float


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """A stretch of speech with its words; times in seconds from the start."""

    text: str
    start_seconds: float
    end_seconds: float
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    temperature: float
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a recording says; no utterances means silence. ``language`` is a code such as ``en``."""

    language: str
    duration_seconds: float
    utterances: tuple[Utterance, ...]

    @property
    def text(self) -> str:
        """All of it as one line."""
        return "".join(utterance.text for utterance in self.utterances).strip()


class Whisper:
    """One Whisper model in memory, loaded from the folder that ``find_weights`` gives when it is first needed."""

    def __init__(self, find_weights: Callable[[], Path], *, threads: int) -> None:
        self._find_weights = find_weights
        self._threads = threads
        self._model: WhisperModel | None = None
        self._one_at_a_time = threading.Lock()
        self._calls = threading.BoundedSemaphore(_CALLS_AT_ONCE)

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._model is not None

    def hear(self, samples: Samples, *, language: str | None = None, prompt: str | None = None) -> Heard:
        """Transcribe samples; ``language`` None lets the model find out.

        BadInput: a language the model does not know; RateLimited: too many calls wait already; whatever
        ``find_weights`` raises.
        """
        if not self._calls.acquire(blocking=False):
            raise RateLimited(f"{_CALLS_AT_ONCE} recordings are being transcribed already.", retry_after_seconds=5)
        try:
            with self._one_at_a_time:
                return self._hear(self._ready(), samples, language, prompt)
        finally:
            self._calls.release()

    def _ready(self) -> "WhisperModel":
        if self._model is None:
            folder = self._find_weights()
            from faster_whisper import WhisperModel  # takes a second and 100 MB: only where speech is wanted

            self._model = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=self._threads, local_files_only=True
            )
        return self._model

    def _hear(self, model: "WhisperModel", samples: Samples, language: str | None, prompt: str | None) -> Heard:
        if language is not None and language not in model.supported_languages:
            raise BadInput(f"The model does not know the language {language!r}.", code="invalid-field")
        # Without voice detection, word times make beam search lose words at window edges.
        segments, info = model.transcribe(
            samples, language=language, initial_prompt=prompt, beam_size=5, vad_filter=True, word_timestamps=True
        )
        utterances = tuple(
            Utterance(
                text=segment.text,
                start_seconds=float(segment.start),
                end_seconds=float(segment.end),
                avg_logprob=float(segment.avg_logprob),
                no_speech_prob=float(segment.no_speech_prob),
                compression_ratio=_finite(segment.compression_ratio),
                temperature=_finite(segment.temperature or 0.0),
                words=tuple(
                    SpokenWord(
                        word=word.word.strip(),
                        start_seconds=float(word.start),
                        end_seconds=float(word.end),
                        probability=float(word.probability),
                    )
                    for word in segment.words or ()
                ),
            )
            for segment in segments
        )
        return Heard(language=info.language, duration_seconds=len(samples) / SAMPLE_RATE_HZ, utterances=utterances)


def _finite(value: float) -> float:
    """A plain float that JSON can carry."""
    return float(value) if math.isfinite(value) else 0.0
