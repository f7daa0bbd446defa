"""A transcript and its passages, as ai writes them to the store and index reads them. All times are in milliseconds."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Word:
    """One spoken word. ``text`` has no surrounding spaces; ``confidence`` is 0..1."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Segment:
    """About a sentence of speech, with its words."""

    text: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """A whole transcript. No segments means silence.

    ``model`` is the id of the speech model, or ``captions.SOURCE``.
    """

    language: str
    duration_ms: int
    model: str
    segments: tuple[Segment, ...]
    warnings: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word in order."""
        return tuple(word for segment in self.segments for word in segment.words)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A searchable passage: the transcript's words from ``first_word`` up to, not including, ``last_word``."""

    passage_id: str
    """UUIDv5 of media, range and text: the same input gives the same id."""
    text: str
    start_ms: int
    end_ms: int
    first_word: int
    last_word: int
    vector: tuple[float, ...] = ()
    """The embedding, of length 1; empty until the passage is embedded."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedTranscript:
    """A transcript with embedded passages: the one object that ai gives to index.

    ``embedding_model`` is the vectors' generation.
    """

    transcript: Transcript
    passages: tuple[Passage, ...]
    embedding_model: str
    dimensions: int
