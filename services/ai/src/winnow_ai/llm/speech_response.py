"""Parses a speech endpoint's response, and trusts nothing in it."""

import math
from dataclasses import dataclass
from typing import Any

from winnow_ai.languages import language_code

_HUGE = 1e9


class Unreadable(Exception):
    """An answer cannot be used; the message says why."""


@dataclass(frozen=True, kw_only=True)
class SpeechWord:
    """A word as answered. Times are seconds from the chunk's start, None if the answer has no usable number."""

    text: str
    start: float | None
    end: float | None
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True)
class SpeechSegment:
    """A segment as answered. Times as in ``SpeechWord``."""

    text: str
    start: float | None
    end: float | None
    confidence: float = 1.0
    language: str = ""
    """Empty if the model gives a language only for the whole response."""


@dataclass(frozen=True, kw_only=True)
class SpeechResponse:
    """The answer for one audio chunk, in the model's order. The response cache stores this."""

    language: str
    segments: tuple[SpeechSegment, ...]
    words: tuple[SpeechWord, ...]

    @property
    def has_times(self) -> bool:
        """Whether any segment or word has a start time."""
        starts = [*(segment.start for segment in self.segments), *(word.start for word in self.words)]
        return any(start is not None for start in starts)


def read_speech_response(value: Any) -> SpeechResponse:
    """Parse OpenAI's ``verbose_json`` form. Raises Unreadable if ``value`` is something else."""
    if not isinstance(value, dict):
        raise Unreadable("it is not a JSON object")
    text = value.get("text")
    segments = tuple(_segment(item) for item in _items(value, "segments"))
    words = tuple(_word(item) for item in _items(value, "words"))
    if not isinstance(text, str) and not segments:
        raise Unreadable("it has neither text nor segments")
    if not segments and isinstance(text, str) and _text(value, "text"):
        starts = [word.start for word in words if word.start is not None]
        ends = [word.end for word in words if word.end is not None]
        segments = (
            SpeechSegment(text=_text(value, "text"), start=min(starts, default=None), end=max(ends, default=None)),
        )
    return SpeechResponse(
        language=language_code(str(value.get("language") or "")),
        segments=tuple(segment for segment in segments if segment.text),
        words=tuple(word for word in words if word.text),
    )


def _items(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    items = value.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unreadable(f"its {name} are not a list of objects")
    return items


def _segment(item: dict[str, Any]) -> SpeechSegment:
    log_probability = _number(item.get("avg_logprob"))
    confidence = 1.0 if log_probability is None else math.exp(min(log_probability, 0.0))
    return SpeechSegment(
        text=_text(item, "text"),
        start=_number(item.get("start")),
        end=_number(item.get("end")),
        confidence=confidence,
        language=language_code(str(item.get("language") or "")) if item.get("language") else "",
    )


def _word(item: dict[str, Any]) -> SpeechWord:
    # OpenAI gives no confidence for words. Local engines do, under one of two names.
    confidence = _number(item.get("confidence", item.get("probability")))
    return SpeechWord(
        text=_text(item, "word"),
        start=_number(item.get("start")),
        end=_number(item.get("end")),
        confidence=1.0 if confidence is None else min(max(confidence, 0.0), 1.0),
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"a {name} is not a text")
    # A lone surrogate cannot be written as UTF-8, and PostgreSQL rejects NUL.
    return value.encode(errors="ignore").decode().replace("\0", "").strip()


def _number(value: Any) -> float | None:
    """A number of sane size, or None. Python's JSON reader accepts NaN, infinity and integers of any length."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -_HUGE < value < _HUGE:
        return None
    return float(value)
