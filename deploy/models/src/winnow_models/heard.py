"""The result of transcription: words, utterances, and the whole."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SpokenWord:
    """One word; times in seconds from the start, ``probability`` 0 to 1."""

    word: str
    start_seconds: float
    end_seconds: float
    probability: float


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """About one sentence with its words; times in seconds from the start, ``language`` a code like ``en``."""

    text: str
    start_seconds: float
    end_seconds: float
    language: str
    language_probability: float
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    temperature: float
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True, kw_only=True)
class HeardSpeech:
    """The speech of a recording; no utterances means silence."""

    duration_seconds: float
    utterances: tuple[Utterance, ...]
    asked_language: str | None = None

    @property
    def text(self) -> str:
        """The whole text as one line."""
        return "".join(utterance.text for utterance in self.utterances).strip()

    @property
    def language(self) -> str:
        """The language of most of it; the requested one, or English, if nothing was said."""
        seconds: Counter[str] = Counter()
        for utterance in self.utterances:
            seconds[utterance.language] += utterance.end_seconds - utterance.start_seconds  # type: ignore[assignment]
        return max(seconds, key=lambda code: seconds[code]) if seconds else self.asked_language or "en"

    @property
    def language_probability(self) -> float:
        """The model's confidence in that language, 0 to 1; 0 if nothing was said."""
        found = [one.language_probability for one in self.utterances if one.language == self.language]
        return sum(found) / len(found) if found else 0.0
