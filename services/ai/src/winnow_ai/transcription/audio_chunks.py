"""Chunks of a recording's audio, each small enough for the speech model."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AudioChunk:
    """Piece ``n`` (from 1): the audio from ``start_ms`` to ``end_ms``; a silent one is not sent to the model."""

    n: int
    start_ms: int
    end_ms: int
    silent: bool
    sound_ms: int | None = None
    """How much of it is louder than its pauses; None in a plan that was made before this was measured."""

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        return self.end_ms - self.start_ms

    @property
    def work_seconds(self) -> float:
        """The seconds of it that the speech model will probably hear."""
        return (self.duration_ms if self.sound_ms is None else self.sound_ms) / 1000


@dataclass(frozen=True, kw_only=True)
class ChunkPlan:
    """All pieces in order, without gap or overlap."""

    pieces: tuple[AudioChunk, ...]

    @property
    def heard(self) -> tuple[AudioChunk, ...]:
        """The pieces worth sending."""
        return tuple(piece for piece in self.pieces if not piece.silent)
