"""What people read of a cue: its lines without tags, style and character references."""

import re
import unicodedata
from html import unescape

_VTT_TAG = re.compile(r"<[^<>]*>")
_SRT_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
"""SubRip has no way to quote, so that only what looks like a tag is one: ``a < b`` stays."""
_ASS = re.compile(r"\{\\[^{}]*\}|\\[Nnh]")
"""Overrides such as ``{\\an8}``, and line breaks, of the format that SubRip files are converted from."""
_INVISIBLE = "\u2060\ufeff"
"""Our own exports break up markup with word joiners."""


def plain(line: str, *, subrip: bool) -> str:
    """The line's text in Unicode NFC, with single spaces; empty if there is nothing to read."""
    text = _SRT_TAG.sub("", _ASS.sub(" ", line)) if subrip else _VTT_TAG.sub("", line)
    # Once: what a reference stands for is text, also where it looks like a tag or another reference.
    shown = (" " if character.isspace() else character for character in unescape(text))
    kept = "".join(character for character in shown if _is_text(character))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _is_text(character: str) -> bool:
    return character not in _INVISIBLE and unicodedata.category(character) not in ("Cc", "Cs")
