"""Moments of a search result: highlights as offsets, the word to jump to, and why the passage was found."""

from collections.abc import Iterable
from typing import Any

from winnow_contracts.index_api.search import ExactMatch, MatchReason, MeaningMatch, MomentView, WordsMatch
from winnow_index.search.query import SearchQuery

OPEN, CLOSE = "\ue000", "\ue001"
MARKS = f"StartSel={OPEN},StopSel={CLOSE},HighlightAll=true"
"""Options of ts_headline: it marks matched words with two characters of Unicode's private use area."""
MOST_MOMENTS = 3
_WEAK_ABOVE_FLOOR = 0.08

Range = tuple[int, int]


def moments(rows: Iterable[dict[str, Any]], query: SearchQuery | None, floor: float) -> tuple[MomentView, ...]:
    """The best moments of one media that do not overlap in time. ``rows`` are its passages, best first."""
    chosen: list[MomentView] = []
    for row in rows:
        overlaps = any(row["start_ms"] < one.end_ms and one.start_ms < row["end_ms"] for one in chosen)
        if not overlaps and len(chosen) < MOST_MOMENTS:
            chosen.append(_moment(row, query, floor))
    return tuple(chosen)


def _moment(row: dict[str, Any], query: SearchQuery | None, floor: float) -> MomentView:
    text: str = row["text"]
    ranges = _ranges(row["marked"], text, query)
    why = _why(row, tuple(dict.fromkeys(text[a:b].lower() for a, b in ranges)), floor)
    return MomentView(
        start_ms=row["start_ms"],
        end_ms=row["end_ms"],
        text=text,
        highlights=tuple({"from": start, "to": end} for start, end in ranges),
        word_start_ms=_word_start_ms(row, ranges),
        weak=why.words is None and why.exact is None and row["cosine"] < floor + _WEAK_ABOVE_FLOOR,
        why=why,
    )


def _why(row: dict[str, Any], matched: tuple[str, ...], floor: float) -> MatchReason:
    words, exact, meaning, cosine = row["words"], row["exact"], row["meaning"], row["cosine"]
    close = meaning is not None and cosine >= floor
    return MatchReason(
        words=None if words is None else WordsMatch(rank=words, matched=matched),
        exact=None if exact is None else ExactMatch(rank=exact),
        meaning=MeaningMatch(rank=meaning, cosine=round(cosine, 4)) if close else None,
    )


def _ranges(marked: str, text: str, query: SearchQuery | None) -> list[Range]:
    """Highlighted ranges of ``text`` in code points, in order, merged."""
    ranges: list[Range] = []
    if marked.replace(OPEN, "").replace(CLOSE, "") == text:
        position, start = 0, 0
        for character in marked:
            if character == OPEN:
                start = position
            elif character == CLOSE:
                ranges.append((start, position))
            else:
                position += 1
    lowered = text.lower()
    if query is not None and len(lowered) == len(text):
        for needle in query.needles:
            start = lowered.find(needle)
            while start >= 0:
                ranges.append((start, start + len(needle)))
                start = lowered.find(needle, start + len(needle))
    return _merged(ranges)


def _merged(ranges: list[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _word_start_ms(row: dict[str, Any], ranges: list[Range]) -> int:
    """When the first highlighted word is spoken, in milliseconds; the passage's start without a highlight."""
    if ranges:
        spoken = zip(row["word_offsets"], row["word_starts_ms"], strict=True)
        before = [start_ms for offset, start_ms in spoken if offset <= ranges[0][0]]
        if before:
            return int(before[-1])
    return int(row["start_ms"])
