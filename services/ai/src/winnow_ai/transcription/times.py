"""Repairs a chunk's word times: inside the chunk, never backwards, none missing. Says whether any was wrong."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from winnow_ai.transcription.alignment import Token

_STRAY_MS = 1_000
"""Times up to this far outside the chunk are rounding errors; those farther out are meaningless."""

_OVERLAP_MS = 250
"""Words that overlap by at most this are trimmed; with a longer overlap the answer counts as repaired."""

_MS_PER_CHARACTER = 100
"""The longest duration per character of a word without an end time; that of slow speech."""


def repair_times(tokens: Sequence[Token], start_ms: int, end_ms: int) -> tuple[tuple[Token, ...], bool]:
    """The tokens with all times set, within ``start_ms`` .. ``end_ms`` and in order; and whether any was wrong."""
    kept, wrong = _drop_strays(tokens, start_ms, end_ms)
    kept, disordered = _drop_disorder(kept)
    filled = _fill_starts(kept, start_ms, end_ms)
    ended, overlapping = _fill_ends(filled, end_ms)
    return tuple(ended), wrong or disordered or overlapping


def _drop_strays(tokens: Sequence[Token], low: int, high: int) -> tuple[list[Token], bool]:
    """Clamp times near the chunk to it, and drop the others."""
    wrong = False

    def inside(time_ms: int | None) -> int | None:
        nonlocal wrong
        if time_ms is None:
            return None
        if low - _STRAY_MS <= time_ms <= high + _STRAY_MS:
            return min(max(time_ms, low), high)
        wrong = True
        return None

    return [replace(token, start_ms=inside(token.start_ms), end_ms=inside(token.end_ms)) for token in tokens], wrong


def _drop_disorder(tokens: list[Token]) -> tuple[list[Token], bool]:
    """Keep the longest sequence of starts that never goes backwards, so that one wrong time drops only itself."""
    known = [index for index, token in enumerate(tokens) if token.start_ms is not None]
    starts = [tokens[index].start_ms or 0 for index in known]
    tails: list[int] = []  # the smallest last start of a run of each length
    ends_at: list[int] = []  # which position of ``known`` that is
    before: list[int] = []
    for position, start in enumerate(starts):
        length = bisect_right(tails, start)
        before.append(ends_at[length - 1] if length else -1)
        tails[length : length + 1] = [start]
        ends_at[length : length + 1] = [position]
    keep: set[int] = set()
    position = ends_at[-1] if ends_at else -1
    while position >= 0:
        keep.add(known[position])
        position = before[position]
    dropped = set(known) - keep
    return [
        replace(token, start_ms=None, end_ms=None) if index in dropped else token for index, token in enumerate(tokens)
    ], bool(dropped)


def _fill_starts(tokens: list[Token], low: int, high: int) -> list[Token]:
    """Spread words without a start between their neighbours, by length of text."""
    filled = list(tokens)
    index = 0
    while index < len(filled):
        if filled[index].start_ms is not None:
            index += 1
            continue
        end = index
        while end < len(filled) and filled[end].start_ms is None:
            end += 1
        _spread(filled, index, end, low, high)
        index = end
    return filled


def _spread(tokens: list[Token], first: int, end: int, low: int, high: int) -> None:
    """Set the starts of ``tokens[first:end]``. The token before takes a share too if its own end is unknown."""
    right = high if end == len(tokens) else tokens[end].start_ms or low
    left, begin = low, first
    if first:
        before = tokens[first - 1]
        start, finish = before.start_ms or low, before.end_ms
        if finish is None or not start <= finish <= right:
            left, begin = start, first - 1
        else:
            left = finish
    weight = sum(token.weight for token in tokens[begin:end])
    last_end = tokens[end - 1].end_ms
    if last_end is not None and left <= last_end <= right:
        right = last_end
    elif first == 0 and end < len(tokens):
        left = max(left, right - weight * _MS_PER_CHARACTER)
    else:
        right = min(right, left + weight * _MS_PER_CHARACTER)
    passed = 0
    for index in range(begin, end):
        token = tokens[index]
        start_ms = token.start_ms if index < first else left + (right - left) * passed // weight
        passed += token.weight
        finish = left + (right - left) * passed // weight if token.end_ms is None else token.end_ms
        tokens[index] = replace(token, start_ms=start_ms, end_ms=finish)


def _fill_ends(tokens: list[Token], high: int) -> tuple[list[Token], bool]:
    """Set ends so that each word ends after it starts, and before the next one does."""
    ended: list[Token] = []
    wrong = False
    for index, token in enumerate(tokens):
        start = token.start_ms or 0
        limit = high if index + 1 == len(tokens) else tokens[index + 1].start_ms or 0
        end = token.end_ms
        if end is None or end < start:
            wrong = wrong or end is not None
            end = start + token.weight * _MS_PER_CHARACTER
        elif end > limit + _OVERLAP_MS:
            wrong = True
        ended.append(replace(token, start_ms=start, end_ms=max(start, min(end, limit))))
    return ended, wrong
