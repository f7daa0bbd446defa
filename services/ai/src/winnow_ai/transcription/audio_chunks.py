"""Chunks of a recording's audio, each small enough for the speech model."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AudioChunk:
    """Chunk ``n`` (from 1): the audio from ``start_ms`` to ``end_ms``. A silent chunk is not sent to the model."""

    n: int
    start_ms: int
    end_ms: int
    silent: bool
    sound_ms: int | None = None
    """How much of it is louder than its pauses; None in plans from before this was measured."""

    @property
    def duration_ms(self) -> int:
        """Its length in milliseconds."""
        return self.end_ms - self.start_ms

    @property
    def work_seconds(self) -> float:
        """The seconds of it that the speech model will probably have to transcribe."""
        return (self.duration_ms if self.sound_ms is None else self.sound_ms) / 1000


@dataclass(frozen=True, kw_only=True)
class ChunkPlan:
    """All chunks in order, without gap or overlap."""

    pieces: tuple[AudioChunk, ...]

    @property
    def heard(self) -> tuple[AudioChunk, ...]:
        """The chunks to send to the model: those that are not silent."""
        return tuple(piece for piece in self.pieces if not piece.silent)
