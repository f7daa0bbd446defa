"""Aligns each word with the text of its segment, so that words have their punctuation."""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

from winnow_ai.languages import word_gap
from winnow_ai.llm.speech_response import SpeechResponse, SpeechSegment, SpeechWord

_REACH = 48
"""How many characters ahead to look for a word. Farther on, an equal word is a different one."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """A word for the transcript. Times are milliseconds from the recording's start, None while unknown."""

    text: str
    start_ms: int | None
    end_ms: int | None
    confidence: float

    @property
    def weight(self) -> int:
        """Its share of the time when times are spread over a text."""
        return len(self.text) + 1


@dataclass(frozen=True, kw_only=True)
class AlignedLine:
    """A segment's text and its tokens. ``guessed`` says that the model gave no words for it."""

    text: str
    tokens: tuple[Token, ...]
    guessed: bool


def align(heard: SpeechResponse, offset_ms: int) -> tuple[AlignedLine, ...]:
    """The segments of one chunk with their words in Unicode NFC. ``offset_ms`` is the chunk's start.

    Endpoints return words as one flat list, and some omit the punctuation that the segments' text has.
    """
    texts = [unicodedata.normalize("NFC", segment.text) for segment in heard.segments]
    groups = _group(texts, heard.words)
    return tuple(
        _line(segment, text, group, heard.language, offset_ms)
        for segment, text, group in zip(heard.segments, texts, groups, strict=True)
    )


def _group(texts: list[str], words: tuple[SpeechWord, ...]) -> list[list[tuple[SpeechWord, int | None]]]:
    """The words of each segment, each with its offset in the segment's text, or None if it was not found."""
    groups: list[list[tuple[SpeechWord, int | None]]] = [[] for _ in texts]
    at, cursor = 0, 0
    for word in words:
        if not texts:
            break
        wanted = unicodedata.normalize("NFC", word.text).lower()
        place = _find(texts[at], wanted, cursor)
        if place is None and at + 1 < len(texts):
            place = _find(texts[at + 1], wanted, 0)
            if place is not None:
                at, cursor = at + 1, 0
        groups[at].append((word, place))
        if place is not None:
            cursor = place + len(wanted)
    return groups


def _find(text: str, wanted: str, cursor: int) -> int | None:
    place = text.lower().find(wanted, cursor, cursor + len(wanted) + _REACH)
    return None if place < 0 else place


def _line(
    segment: SpeechSegment, text: str, group: list[tuple[SpeechWord, int | None]], language: str, offset_ms: int
) -> AlignedLine:
    start_ms, end_ms = _ms(segment.start, offset_ms), _ms(segment.end, offset_ms)
    if not group:
        tokens = [
            Token(text=part, start_ms=None, end_ms=None, confidence=segment.confidence)
            for part in (text.split() if word_gap(language) else re.findall(r"\S", text))
        ]
        if tokens:
            tokens[0] = replace(tokens[0], start_ms=start_ms)
            tokens[-1] = replace(tokens[-1], end_ms=end_ms)
        return AlignedLine(text=text, tokens=tuple(tokens), guessed=True)
    tokens = []
    for (word, _), part in zip(group, _texts(text, group, spaced=bool(word_gap(language))), strict=True):
        token = Token(
            text=part,
            start_ms=_ms(word.start, offset_ms),
            end_ms=_ms(word.end, offset_ms),
            confidence=round(word.confidence, 4),
        )
        if part:
            tokens.append(token)
        else:
            before = tokens[-1]
            tokens[-1] = replace(before, end_ms=token.end_ms, confidence=min(before.confidence, token.confidence))
    return AlignedLine(text=text, tokens=tuple(tokens), guessed=False)


def _texts(text: str, group: list[tuple[SpeechWord, int | None]], *, spaced: bool) -> list[str]:
    """Each word as the text has it, with adjacent punctuation; empty if it is part of the previous word.

    Models split "cold-hearted" into two words, but people read one. If any word is not in the text, all words stay as
    the model answered them.
    """
    plain = [unicodedata.normalize("NFC", word.text) for word, _ in group]
    places = [place for _, place in group if place is not None]
    if len(places) < len(group):
        return plain
    edges = {0: 0}
    for index, (before, place) in enumerate(pairwise(places), start=1):
        # A word begins after the last white space before it, so an opening quote belongs to the word that follows.
        gap = max(text.rfind(" ", before, place), text.rfind("\n", before, place))
        if gap >= 0 or not spaced:
            edges[index] = place if gap < 0 else gap
    ends = [*list(edges.values())[1:], len(text)]
    parts = {index: text[edge:end].strip() for (index, edge), end in zip(edges.items(), ends, strict=True)}
    return [(parts[index] or word) if index in parts else "" for index, word in enumerate(plain)]


def _ms(seconds: float | None, offset_ms: int) -> int | None:
    return None if seconds is None else offset_ms + round(seconds * 1000)
