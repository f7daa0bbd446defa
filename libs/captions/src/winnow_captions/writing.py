"""Renders a transcript as WebVTT, SubRip or plain text. Spoken text is data: it is shown unchanged and cannot forge a
cue.
"""

import re
import unicodedata
from html import escape
from typing import Any

MIMETYPES = {"json": "application/json", "vtt": "text/vtt", "srt": "application/x-subrip", "txt": "text/plain"}

_MARKUP = re.compile(r"<(?=[\s/]*[a-z!][^<>]*>)|\{|\\|--(?=>)")
"""Text that SubRip players read as markup: the start of an HTML or ASS tag, a line break, or a cue's times."""
_WORD_JOINER = "\u2060"


def vtt(transcript: dict[str, Any]) -> str:
    """The transcript as WebVTT (W3C), one cue per segment. ``& < >`` become character references, so no tag or arrow
    occurs.
    """
    cues = [
        f"{_clock(start, '.')} --> {_clock(end, '.')}\n{escape(text, quote=False)}\n"
        for start, end, text in _cues(transcript)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def srt(transcript: dict[str, Any]) -> str:
    """The transcript as SubRip, one numbered cue per segment. SubRip has no character references: players would show
    ``&amp;``.
    """
    return "\n".join(
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{_without_markup(text)}\n"
        for number, (start, end, text) in enumerate(_cues(transcript), start=1)
    )


def txt(transcript: dict[str, Any]) -> str:
    """The transcript as plain text, one line per segment, nothing escaped."""
    lines = [_one_line(segment["text"]) for segment in transcript["segments"]]
    return "".join(f"{line}\n" for line in lines if line)


def _cues(transcript: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Yields start and end (ms) and text of each segment that has text; the end is never before the start."""
    found = []
    for segment in transcript["segments"]:
        text = _one_line(segment["text"])
        if text:
            found.append((segment["start_ms"], max(segment["end_ms"], segment["start_ms"] + 1), text))
    return found


def _without_markup(text: str) -> str:
    """Breaks up markup with word joiners, which are invisible: SubRip has no way to quote."""
    return _MARKUP.sub(lambda mark: mark[0] + _WORD_JOINER, text)


def _one_line(text: str) -> str:
    """Folds line breaks of every kind and other white space to single spaces, and drops control characters."""
    words = ("".join(character for character in word if _is_text(character)) for word in text.split())
    return " ".join(word for word in words if word)


def _is_text(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs")


def _clock(at_ms: int, point: str) -> str:
    seconds, ms = divmod(at_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{ms:03d}"
