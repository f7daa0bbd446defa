"""Packs sentences into passages, the pieces of speech that a search finds and a player jumps to."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence

from winnow_ai.embedding.korean import SentenceSplitter
from winnow_ai.embedding.sentences import PAUSE_MS, Sentence, cut_sentences, joined
from winnow_ai.languages import word_gap
from winnow_contracts.transcript import Passage, Transcript, Word

LONGEST_MS = 90_000
LARGEST_WEIGHT = 1_000
"""The largest passage, in Latin letters. A Hangul syllable or Han character weighs more, so about 450 of them fit."""

_HEAVY_WEIGHT = 20 / 9
_NEVER_ACROSS_MS = 8_000
_ENOUGH_WEIGHT = 24
"""A passage of at least this weight (some five words) ends at the next pause: speech between pauses is a moment."""

_PASSAGES = uuid.UUID("b1b7d3f2-8a55-5f0e-9c53-3d1c9d8e4a21")


Span = tuple[int, int]
"""Index of a passage's first word, and of the word after its last."""


def cut_passages(transcript: Transcript, korean: SentenceSplitter) -> list[Span]:
    """The spans of a transcript's passages, in order. ``korean`` splits the sentences of Korean text."""
    gap = word_gap(transcript.language)
    return _pack(transcript.words, cut_sentences(transcript.words, korean, gap), gap)


def build_passages(media_id: str, transcript: Transcript, spans: Iterable[Span]) -> tuple[Passage, ...]:
    """The passages of ``spans``, without vectors. The same input gives the same ids."""
    words, gap = transcript.words, word_gap(transcript.language)
    seen: set[str] = set()
    return tuple(_passage(media_id, words, span, gap, seen) for span in spans)


def text_weight(text: str) -> float:
    """The weight of a text, in the unit of ``LARGEST_WEIGHT``."""
    heavy = sum(character >= "\u1100" and character.isalpha() for character in text)
    return len(text) + heavy * (_HEAVY_WEIGHT - 1)


def _pack(words: Sequence[Word], sentences: Sequence[Sentence], gap: str) -> list[Span]:
    """The spans of all passages. A passage may begin with the last sentence of the one before."""
    packed: list[Span] = []
    held: list[Sentence] = []
    first = 0
    for sentence in sentences:
        if held and _closes(words, first, held[-1].last, sentence, gap):
            packed.append((first, held[-1].last))
            first = _with_overlap(words, held, sentence, gap)
            held = []
        elif not held:
            first = sentence.first
        held.append(sentence)
    if held:
        packed.append((first, held[-1].last))
    return packed


def _closes(words: Sequence[Word], first: int, last: int, sentence: Sentence, gap: str) -> bool:
    """Whether the passage in progress ends before ``sentence``."""
    if sentence.pause_ms > _NEVER_ACROSS_MS or not _fits(words, first, sentence.last, gap):
        return True
    return sentence.pause_ms >= PAUSE_MS and text_weight(joined(words[first:last], gap)) >= _ENOUGH_WEIGHT


def _with_overlap(words: Sequence[Word], held: Sequence[Sentence], sentence: Sentence, gap: str) -> int:
    """The first word of the next passage: one sentence back, unless a pause lies between or it would be too large."""
    back = held[-1].first
    if sentence.pause_ms >= PAUSE_MS or len(held) == 1 or not _fits(words, back, sentence.last, gap):
        return sentence.first
    return back


def _fits(words: Sequence[Word], first: int, last: int, gap: str) -> bool:
    if words[last - 1].end_ms - words[first].start_ms > LONGEST_MS:
        return False
    return text_weight(joined(words[first:last], gap)) <= LARGEST_WEIGHT


def _passage(media_id: str, words: Sequence[Word], span: Span, gap: str, seen: set[str]) -> Passage:
    first, last = span
    text = joined(words[first:last], gap)
    start_ms, end_ms = words[first].start_ms, words[last - 1].end_ms
    digest = hashlib.sha256(text.encode()).hexdigest()
    name = f"{media_id}\x1f{start_ms}\x1f{end_ms}\x1f{digest}"
    while (passage_id := str(uuid.uuid5(_PASSAGES, name))) in seen:
        name += "\x1f"  # words without duration: the same text occurs twice at the same time
    seen.add(passage_id)
    return Passage(passage_id=passage_id, text=text, start_ms=start_ms, end_ms=end_ms, first_word=first, last_word=last)
