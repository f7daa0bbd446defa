"""Cuts text into pieces that a template can mark: data stays data, only the template writes markup."""

from dataclasses import dataclass
from typing import Any

LONGEST_EXCERPT = 280
_LEAD = 70
_UNSURE_BELOW = 0.5


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """A part of a text, ``marked`` or not."""

    text: str
    marked: bool = False


@dataclass(frozen=True, kw_only=True)
class SpokenPiece:
    """A word with its time in milliseconds, or the text between words (``start_ms`` None)."""

    text: str
    start_ms: int | None = None
    unsure: bool = False


def pieces(text: str, highlights: list[dict[str, int]]) -> list[Excerpt]:
    """Cuts ``text`` at its highlights: offsets ``from``, ``to`` in code points. Highlights are clipped to the text."""
    found: list[Excerpt] = []
    at = 0
    for mark in sorted(highlights, key=lambda mark: mark["from"]):
        start, end = max(mark["from"], at), min(mark["to"], len(text))
        if start >= end:
            continue
        if start > at:
            found.append(Excerpt(text=text[at:start]))
        found.append(Excerpt(text=text[start:end], marked=True))
        at = end
    if at < len(text):
        found.append(Excerpt(text=text[at:]))
    return found


def excerpt(text: str, highlights: list[dict[str, int]]) -> list[Excerpt]:
    """Cuts as ``pieces``; of a long text only the part around its first highlight, cut between words."""
    if len(text) <= LONGEST_EXCERPT:
        return pieces(text, highlights)
    first = min((mark["from"] for mark in highlights), default=0)
    start = 0 if first <= _LEAD else _after_space(text, first - _LEAD, first)
    end = min(len(text), start + LONGEST_EXCERPT)
    if end < len(text):
        end = max(text.rfind(" ", start + LONGEST_EXCERPT // 2, end), 0) or end
    moved = [{"from": mark["from"] - start, "to": mark["to"] - start} for mark in highlights]
    found = pieces(text[start:end], [mark for mark in moved if mark["to"] > 0])
    before = [Excerpt(text="…")] if start else []
    after = [Excerpt(text="…")] if end < len(text) else []
    return [*before, *found, *after]


def _after_space(text: str, at: int, before: int) -> int:
    space = text.find(" ", at, before)
    return space + 1 if space >= 0 else at


def spoken_pieces(segment: dict[str, Any]) -> list[SpokenPiece]:
    """Returns a segment's text as timed words and the text between them; words not found in the text are left out."""
    text: str = segment["text"]
    found: list[SpokenPiece] = []
    at = 0
    for word in segment["words"]:
        start = text.find(word["text"], at) if word["text"] else -1
        if start < 0:
            continue
        if start > at:
            found.append(SpokenPiece(text=text[at:start]))
        unsure = word.get("confidence", 1.0) < _UNSURE_BELOW
        found.append(SpokenPiece(text=word["text"], start_ms=word["start_ms"], unsure=unsure))
        at = start + len(word["text"])
    if at < len(text):
        found.append(SpokenPiece(text=text[at:]))
    return found
