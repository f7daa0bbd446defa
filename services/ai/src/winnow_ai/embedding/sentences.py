"""Cuts a transcript's words into sentences: by pauses, by punctuation or Kiwi, and by size."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from winnow_ai.embedding.korean import SentenceSplitter, is_korean
from winnow_contracts.transcript import Word

PAUSE_MS = 1_500
"""A pause this long ends a sentence."""

_LONGEST_MS = 30_000
_MOST_CHARACTERS = 400
_ENDINGS = tuple(".!?…。！？｡؟।")
_CLOSERS = "\"'”’»)]」』）】"
_TITLES = frozenset(("mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "e.g.", "i.e.", "no.", "jr.", "sr."))
"""Abbreviations whose full stop ends no sentence; the Unicode rules do not know them."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """Words ``first`` up to, not including, ``last``; ``pause_ms`` is the silence before them."""

    first: int
    last: int
    pause_ms: int


def cut_sentences(words: Sequence[Word], korean: SentenceSplitter, gap: str = " ") -> list[Sentence]:
    """The sentences of all words, in order. Every word is in exactly one. ``gap`` is the text between two words."""
    edges: list[int] = []
    for first, last in _runs(words):
        for begin, end in pairwise([*_punctuated(words, first, last, korean, gap), last]):
            edges += _sized(words, begin, end, len(gap))
    return [
        Sentence(first=first, last=last, pause_ms=pause_before(words, first))
        for first, last in pairwise([*edges, len(words)])
    ]


def pause_before(words: Sequence[Word], index: int) -> int:
    """The silence before a word in milliseconds, 0 before the first."""
    return max(0, words[index].start_ms - words[index - 1].end_ms) if index else 0


def joined(words: Sequence[Word], gap: str) -> str:
    """The words as one text, with ``gap`` between them."""
    return gap.join(word.text for word in words)


def _runs(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Spans of words without a pause of ``PAUSE_MS`` inside."""
    breaks = [index for index in range(1, len(words)) if pause_before(words, index) >= PAUSE_MS]
    if words:
        yield from pairwise([0, *breaks, len(words)])


def _punctuated(words: Sequence[Word], first: int, last: int, korean: SentenceSplitter, gap: str) -> list[int]:
    """The first words of a run's sentences: by Kiwi for Korean, else by punctuation."""
    text = joined(words[first:last], gap)
    if is_korean(text):
        lengths = (len(word.text) + len(gap) for word in words[first:last])
        offsets = [0, *accumulate(lengths)][:-1]
        # Words are never split: a sentence that Kiwi begins inside a word begins at the next word.
        found = {first + bisect_left(offsets, start) for start in korean.starts(text)}
        return sorted({first} | {index for index in found if index < last})
    return [first, *(index for index in range(first + 1, last) if _ends_sentence(words[index - 1], words[index]))]


def _ends_sentence(word: Word, following: Word) -> bool:
    """Whether a sentence ends after ``word``, by Unicode's rules: a closing sign, and no lower case after it."""
    bare = word.text.rstrip(_CLOSERS)
    if not bare.endswith(_ENDINGS):
        return False
    if bare.endswith("."):
        initial = len(bare) == 2 and bare[0].isalpha() and bare[0].isupper() and bare != "I."
        if initial or bare.lower() in _TITLES:
            return False
    return not following.text[:1].islower()


def _sized(words: Sequence[Word], first: int, last: int, gap: int) -> Iterator[int]:
    """The first words of a sentence's parts, within the limits; cut at the longest pause of the second half."""
    while first < last:
        yield first
        end = first + 1
        characters = len(words[first].text)
        while end < last:
            characters += gap + len(words[end].text)
            if characters > _MOST_CHARACTERS or words[end].end_ms - words[first].start_ms > _LONGEST_MS:
                break
            end += 1
        if end < last:
            half = first + max(1, (end - first) // 2)
            end = max(range(half, end + 1), key=lambda index: (pause_before(words, index), index))
        first = end
