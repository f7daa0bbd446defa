"""What the process that holds the speech model is asked, and what it answers."""

from dataclasses import dataclass
from pathlib import Path

from winnow_models.heard import Utterance


@dataclass(frozen=True, kw_only=True)
class SpeechOptions:
    """What the caller asked for: a language or None, one that is likely, and words that may come up."""

    language: str | None = None
    likely_language: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, kw_only=True)
class SpeechTask:
    """Hear a part of the sound in a file of 16 kHz 16-bit mono samples, from sample ``start`` on."""

    path: Path
    start: int
    wish: SpeechOptions


@dataclass(frozen=True, kw_only=True)
class Step:
    """What was said up to sample ``next``."""

    utterances: tuple[Utterance, ...]
    next: int
