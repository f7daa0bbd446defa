"""Loudness of a recording over time, and where to cut it without cutting a word."""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from winnow_ai.transcription.audio import RATE, Samples

FRAME_MS = 20
"""The length of audio per loudness value. 17 hours give 3 million values, 6 MB."""

_FRAME_SAMPLES = RATE * FRAME_MS // 1000
_SILENT_RMS = 10
"""Of 32,768, so -70 dB of full scale. Digital silence and dither are below it, the quietest speech far above."""

_QUIET_ABOVE_FLOOR = 3.0
"""A frame up to three times (10 dB) as loud as the recording's own floor counts as a pause."""

_AROUND_FRAMES = 400 // FRAME_MS
"""A voice detector keeps this much before and after speech, and closes the gaps between."""
_LEAST_SHARE = 0.02
"""Audio without speech costs the model about this share of what speech costs."""

Levels = npt.NDArray[np.uint16]


def measure_levels(blocks: Iterable[Samples], check: Callable[[], None] = lambda: None) -> Levels:
    """The RMS loudness of each 20 ms frame, 0..32768. ``check`` is called once per block."""
    levels: list[Levels] = []
    rest = np.zeros(0, dtype=np.int16)
    for block in blocks:
        check()
        samples = np.concatenate((rest, block))
        whole = len(samples) // _FRAME_SAMPLES * _FRAME_SAMPLES
        levels.append(_rms(samples[:whole].reshape(-1, _FRAME_SAMPLES)))
        rest = samples[whole:]
    if len(rest):
        levels.append(_rms(rest.reshape(1, -1)))
    return np.concatenate(levels) if levels else np.zeros(0, dtype=np.uint16)


def is_silent(levels: Levels) -> bool:
    """Whether every frame is silent."""
    return not len(levels) or int(levels.max()) <= _SILENT_RMS


def quiet_level(levels: Levels) -> int:
    """The loudness up to which frames count as pauses of this recording, derived from its tenth percentile."""
    floor = float(np.percentile(levels, 10)) if len(levels) else 0.0
    return max(_SILENT_RMS, int(floor * _QUIET_ABOVE_FLOOR))


def sound_ms(levels: Levels, quiet: int) -> int:
    """Milliseconds in or near frames louder than ``quiet``, which is about what a speech model has to transcribe.

    Speech varies in loudness. Even sound, like noise, a hum or a chord, is hardly louder than its own pauses.
    """
    loud = np.concatenate(([0], np.cumsum(levels > quiet)))
    at = np.arange(len(levels))
    near = loud[np.minimum(at + _AROUND_FRAMES + 1, len(levels))] > loud[np.maximum(at - _AROUND_FRAMES, 0)]
    return FRAME_MS * max(int(near.sum()), round(_LEAST_SHARE * len(levels)))


def best_cut(levels: Levels, first: int, last: int, quiet: int) -> int:
    """The frame of ``first`` .. ``last`` to cut at: the middle of the longest pause, else of the lowest quarter second.

    The later of equals wins, so that chunks are as long as possible.
    """
    window = levels[first:last]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (window <= quiet).astype(np.int8), [0]))))
    starts, ends = edges[0::2], edges[1::2]
    if len(starts):
        lengths = ends - starts
        longest = len(lengths) - 1 - int(np.argmax(lengths[::-1]))
        return first + int(starts[longest] + ends[longest]) // 2
    width = max(1, min(250 // FRAME_MS, len(window)))
    energy = np.convolve(window.astype(np.float64) ** 2, np.ones(width), mode="valid")
    lowest = len(energy) - 1 - int(np.argmin(energy[::-1]))
    return first + lowest + width // 2


def _rms(frames: npt.NDArray[np.int16]) -> Levels:
    squares = np.square(frames, dtype=np.float32)
    levels: Levels = np.sqrt(squares.mean(axis=1)).astype(np.uint16)
    return levels
