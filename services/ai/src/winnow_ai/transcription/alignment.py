"""Gives each word its place in the text of its segment, so that words carry the punctuation people read."""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

from winnow_ai.languages import word_gap
from winnow_ai.llm.speech_response import SpeechResponse, SpeechSegment, SpeechWord

_REACH = 48
"""How many characters ahead a word is looked for: further on, an equal word is another word."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """A word on its way into a transcript; times in milliseconds of the recording, None while unknown."""

    text: str
    start_ms: int | None
    end_ms: int | None
    confidence: float

    @property
    def weight(self) -> int:
        """Its share when times are spread over text."""
        return len(self.text) + 1


@dataclass(frozen=True, kw_only=True)
class AlignedLine:
    """A segment's text and its tokens; ``guessed`` where the model gave no words for it."""

    text: str
    tokens: tuple[Token, ...]
    guessed: bool


def align(heard: SpeechResponse, offset_ms: int) -> tuple[AlignedLine, ...]:
    """The segments of one piece with their words in Unicode NFC; ``offset_ms`` is where the piece begins.

    Endpoints answer words as one flat list, some of them without punctuation; the segments' text has it.
    """
    texts = [unicodedata.normalize("NFC", segment.text) for segment in heard.segments]
    groups = _group(texts, heard.words)
    return tuple(
        _line(segment, text, group, heard.language, offset_ms)
        for segment, text, group in zip(heard.segments, texts, groups, strict=True)
    )


def _group(texts: list[str], words: tuple[SpeechWord, ...]) -> list[list[tuple[SpeechWord, int | None]]]:
    """The words of each segment, each with the place in the text where it was found, or None."""
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
    """Each word as the text writes it, with the signs that touch it; empty where it is part of the word before.

    Models cut "cold-hearted" in two words; people read one. Where a word was not found in the text, all stay as
    answered.
    """
    plain = [unicodedata.normalize("NFC", word.text) for word, _ in group]
    places = [place for _, place in group if place is not None]
    if len(places) < len(group):
        return plain
    edges = {0: 0}
    for index, (before, place) in enumerate(pairwise(places), start=1):
        # A word begins after the last white space before it, so an opening quote belongs to the word behind it.
        gap = max(text.rfind(" ", before, place), text.rfind("\n", before, place))
        if gap >= 0 or not spaced:
            edges[index] = place if gap < 0 else gap
    ends = [*list(edges.values())[1:], len(text)]
    parts = {index: text[edge:end].strip() for (index, edge), end in zip(edges.items(), ends, strict=True)}
    return [(parts[index] or word) if index in parts else "" for index, word in enumerate(plain)]


def _ms(seconds: float | None, offset_ms: int) -> int | None:
    return None if seconds is None else offset_ms + round(seconds * 1000)
