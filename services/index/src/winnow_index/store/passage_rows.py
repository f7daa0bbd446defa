"""Builds the rows of segments and passages that a stored recording consists of."""

from collections.abc import Sequence
from typing import Any

from winnow_contracts.errors import BadInput
from winnow_contracts.transcript import EmbeddedTranscript, Passage, Transcript, Word
from winnow_index.korean import Korean
from winnow_index.words import normal, searchable

PASSAGE_TEMPLATE = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::halfvec, to_tsvector('winnow', %s))"
"""The passage's columns. The database turns the last one, a text, into a tsvector."""


def segment_rows(media_id: str, transcript: Transcript) -> list[tuple[Any, ...]]:
    """One row per segment, with its words as arrays."""
    return [
        (
            media_id,
            n,
            normal(segment.text),
            segment.start_ms,
            segment.end_ms,
            [normal(word.text) for word in segment.words],
            [word.start_ms for word in segment.words],
            [word.end_ms for word in segment.words],
            [word.confidence for word in segment.words],
        )
        for n, segment in enumerate(transcript.segments)
    ]


def passage_rows(
    tenant_id: str, media_id: str, embedded: EmbeddedTranscript, korean: Korean, result: str
) -> list[tuple[Any, ...]]:
    """One row per passage of ``result``. Raises BadInput if a vector does not have the announced length."""
    words = embedded.transcript.words
    return [
        _passage_row(
            tenant_id, media_id, embedded, passage, words[passage.first_word : passage.last_word], korean, result
        )
        for passage in embedded.passages
    ]


def _passage_row(
    tenant_id: str,
    media_id: str,
    embedded: EmbeddedTranscript,
    passage: Passage,
    words: Sequence[Word],
    korean: Korean,
    result: str,
) -> tuple[Any, ...]:
    if len(passage.vector) not in (0, embedded.dimensions):
        raise BadInput(
            f"A vector of {media_id} has {len(passage.vector)} numbers, {embedded.embedding_model} gives "
            f"{embedded.dimensions}.",
            code="upstream-invalid",
        )
    text = normal(passage.text)
    offsets, starts = word_places(text, words)
    return (
        passage.passage_id,
        tenant_id,
        media_id,
        embedded.embedding_model,
        embedded.transcript.language,
        passage.start_ms,
        passage.end_ms,
        text,
        offsets,
        starts,
        result,
        vector_text(passage.vector) if passage.vector else None,
        searchable(text, korean),
    )


def word_places(text: str, words: Sequence[Word]) -> tuple[list[int], list[int]]:
    """Offsets (code points) and start times (milliseconds) of the words in ``text``. Words not in it are left out."""
    offsets, starts = [], []
    position = 0
    for word in words:
        spoken = normal(word.text)
        found = text.find(spoken, position) if spoken else -1
        if found >= 0:
            offsets.append(found)
            starts.append(word.start_ms)
            position = found + len(spoken)
    return offsets, starts


def vector_text(vector: Sequence[float]) -> str:
    """A vector in pgvector's text form."""
    return "[" + ",".join(f"{number:.7g}" for number in vector) + "]"
