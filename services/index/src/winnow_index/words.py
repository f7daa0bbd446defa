"""Splits texts into words to index, and Korean words also into morphemes. The database stems English by itself."""

import re
import unicodedata

from winnow_index.korean import Korean, has_hangul

_WORD = re.compile(r"\w+")
_UNSEEN = str.maketrans("", "", "\0\u00ad\u200b\u2060\ufeff")
"""NUL, which PostgreSQL rejects, and invisible characters: soft hyphen, zero-width spaces, byte order mark."""


def normal(text: str) -> str:
    """The text in Unicode's composed form (NFC), without characters that PostgreSQL rejects or that are invisible."""
    sound = text.encode("utf-8", "replace").decode().translate(_UNSEEN)
    return unicodedata.normalize("NFC", sound)


def split(text: str) -> list[str]:
    """The words of a text in order, lower case."""
    return [word.lower() for word in _WORD.findall(normal(text))]


def searchable(text: str, korean: Korean) -> str:
    """The words to index, separated by spaces. Korean words are followed by their morphemes."""
    words = split(text)
    if has_hangul(text):
        words = [morpheme.form for morpheme in korean.morphemes(normal(text))] + words
    return " ".join(words)
