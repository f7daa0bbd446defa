"""Plans the chunks: cuts a recording at its pauses."""

from winnow_ai.transcription.audio_chunks import AudioChunk, ChunkPlan
from winnow_ai.transcription.loudness import FRAME_MS, Levels, best_cut, is_silent, quiet_level, sound_ms

_EARLIEST_CUT = 0.6
"""A cut lies in the last 40 % of the longest chunk. That leaves room to find a pause and keeps chunks long."""


def plan_chunks(levels: Levels, limit_ms: int) -> ChunkPlan:
    """Cut a recording with these loudness levels into chunks of at most ``limit_ms``. Same input, same plan."""
    limit = max(2, limit_ms // FRAME_MS)
    quiet = quiet_level(levels)
    pieces: list[AudioChunk] = []
    start = 0
    while start < len(levels):
        end = len(levels)
        if end - start > limit:
            end = best_cut(levels, start + max(1, int(limit * _EARLIEST_CUT)), start + limit, quiet)
        pieces.append(
            AudioChunk(
                n=len(pieces) + 1,
                start_ms=start * FRAME_MS,
                end_ms=end * FRAME_MS,
                silent=is_silent(levels[start:end]),
                sound_ms=sound_ms(levels[start:end], quiet),
            )
        )
        start = end
    return ChunkPlan(pieces=tuple(pieces))
