"""A transcript and its passages, as ai writes them to the store and index reads them. All times in milliseconds."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Word:
    """One spoken word; ``text`` without surrounding spaces, ``confidence`` 0..1."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A sentence or so of speech with its words."""

    text: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """All that was said; no segments means silence. ``model`` is the id of the speech model."""

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
    """A searchable piece: words ``first_word`` up to, not including, ``last_word`` of the transcript's words."""

    passage_id: str
    """UUIDv5 of media, range and text: the same input gives the same id."""
    text: str
    start_ms: int
    end_ms: int
    first_word: int
    last_word: int
    vector: tuple[float, ...] = ()
    """Unit length; empty until embedded."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedTranscript:
    """What ai hands to index: one object. ``embedding_model`` is the vectors' generation."""

    transcript: Transcript
    passages: tuple[Passage, ...]
    embedding_model: str
    dimensions: int
