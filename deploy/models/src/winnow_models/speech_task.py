"""The messages between the endpoint and the process that holds the speech model."""

from dataclasses import dataclass
from pathlib import Path

from winnow_models.heard import Utterance


@dataclass(frozen=True, kw_only=True)
class SpeechOptions:
    """The caller's options: a language or None, a likely language, and words that may occur."""

    language: str | None = None
    likely_language: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, kw_only=True)
class SpeechTask:
    """A request to transcribe a file of 16 kHz 16-bit mono samples from sample ``start`` on."""

    path: Path
    start: int
    wish: SpeechOptions


@dataclass(frozen=True, kw_only=True)
class Step:
    """The transcript up to sample ``next``."""

    utterances: tuple[Utterance, ...]
    next: int
