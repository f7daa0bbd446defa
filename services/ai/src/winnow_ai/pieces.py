"""The plan of a transcription: pieces of the audio, cut at silence, each small enough for the model."""

from dataclasses import dataclass

from winnow_ai.silence import FRAME_MS, Levels, best_cut, is_silent, quiet_level

_EARLIEST_CUT = 0.6
"""A cut lies in the last 40 % of what a piece may hold: room to find a pause, and pieces stay long."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Piece ``n`` (from 1): the audio from ``start_ms`` to ``end_ms``; a silent one is not sent to the model."""

    n: int
    start_ms: int
    end_ms: int
    silent: bool

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All pieces in order, without gap or overlap."""

    pieces: tuple[Piece, ...]

    @property
    def heard(self) -> tuple[Piece, ...]:
        """The pieces worth sending."""
        return tuple(piece for piece in self.pieces if not piece.silent)


def plan_pieces(levels: Levels, limit_ms: int) -> Plan:
    """Cut a recording of these loudness levels into pieces of at most ``limit_ms``. Same input, same plan."""
    limit = max(2, limit_ms // FRAME_MS)
    quiet = quiet_level(levels)
    pieces: list[Piece] = []
    start = 0
    while start < len(levels):
        end = len(levels)
        if end - start > limit:
            end = best_cut(levels, start + max(1, int(limit * _EARLIEST_CUT)), start + limit, quiet)
        pieces.append(
            Piece(
                n=len(pieces) + 1,
                start_ms=start * FRAME_MS,
                end_ms=end * FRAME_MS,
                silent=is_silent(levels[start:end]),
            )
        )
        start = end
    return Plan(pieces=tuple(pieces))
