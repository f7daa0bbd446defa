"""Where in a passage a query matched: offsets in Unicode code points, and the moment of the best matching word.

JavaScript counts UTF-16 units: there, spread the text into code points before cutting.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

START, STOP = "\x01", "\x02"
MARKS = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"
"""Options of ts_headline: the whole text, with characters around matches that speech never has."""


@dataclass(frozen=True, kw_only=True, order=True)
class Span:
    """From code point ``start`` up to, not including, ``end``."""

    start: int
    end: int


def highlights(text: str, marked: str, needles: Sequence[str]) -> list[Span]:
    """The spans that ts_headline marked, and every needle's; those that touch or overlap are one. In order."""
    spans = _marked_spans(marked) if marked.replace(START, "").replace(STOP, "") == text else []
    lowered = "".join(_lower(character) for character in text)
    for needle in needles:
        at = lowered.find(needle)
        while needle and at >= 0:
            spans.append(Span(start=at, end=at + len(needle)))
            at = lowered.find(needle, at + len(needle))
    return _joined(spans)


def matched_words(text: str, spans: Sequence[Span]) -> list[str]:
    """The highlighted words, each once, as they first occur."""
    return list(dict.fromkeys(text[span.start : span.end].lower() for span in spans))


def best_word_start_ms(spans: Sequence[Span], offsets: Sequence[int], starts_ms: Sequence[int]) -> int | None:
    """When the word at the longest highlight (of several, the first) is spoken; None without one."""
    if not spans or not offsets:
        return None
    best = max(spans, key=lambda span: (span.end - span.start, -span.start))
    return starts_ms[max(bisect_right(offsets, best.start) - 1, 0)]


def _lower(character: str) -> str:
    """Lower case that keeps offsets: a few letters would become two."""
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _marked_spans(marked: str) -> list[Span]:
    spans, at, start = [], 0, 0
    for character in marked:
        if character == START:
            start = at
        elif character == STOP:
            spans.append(Span(start=start, end=at))
        else:
            at += 1
    return spans


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(start=joined[-1].start, end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined
