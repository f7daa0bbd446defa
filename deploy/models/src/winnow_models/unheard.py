"""Finds speech in a window that got no words, which happens where a second language begins."""

from collections.abc import Sequence
from itertools import pairwise

from winnow_models.heard import Utterance
from winnow_models.speech_windows import Window

_GAP_SECONDS = 4.0
"""A window has no pauses: a gap of this many seconds without a word was speech."""


def unheard(window: Window, utterances: Sequence[Utterance]) -> Window | None:
    """Returns the longest part of ``window`` without words, None if it is short or the window has no words at all."""
    if not utterances:
        return None
    edges = [window.spans[0].start_seconds]
    edges += [edge for one in utterances for word in one.words for edge in (word.start_seconds, word.end_seconds)]
    edges.append(window.spans[-1].end_seconds)
    gaps = [window.between(start, end) for start, end in list(pairwise(edges))[::2]]
    longest = max(gaps, key=lambda gap: gap.seconds)
    return longest if longest.seconds >= _GAP_SECONDS else None
