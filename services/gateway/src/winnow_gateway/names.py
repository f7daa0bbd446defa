"""What users call their files: text to show, never part of a path or key."""

import unicodedata
from pathlib import PurePosixPath

from winnow_gateway.problems import FieldError

MAX_CHARACTERS = 255
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_filename(text: str) -> str:
    """The name in NFC, without folders, control characters and direction overrides, at most 255 characters.

    Raises FieldError where nothing is left.
    """
    plain = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in ("Cc", "Cs") and character not in _DIRECTION_MARKS
    )
    name = plain.replace("\\", "/").rpartition("/")[2].strip()[:MAX_CHARACTERS].strip()
    if not name:
        raise FieldError(
            "The file has no name.", pointer="?filename", hint="Give it one: ?filename=talk.mp4 or a form's file name."
        )
    return name


def title_of(filename: str) -> str:
    """The name without its extension."""
    return PurePosixPath(filename).stem or filename
