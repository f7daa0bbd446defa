"""Files that people name on the command line: a name that can be read and sent, and bytes of nothing but files."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from winnow_contracts.errors import BadInput, NotFound

_ENCODINGS = ("utf-8", "cp949", "cp1252")
"""What names were written in: today's, old Korean disks', old western ones'. The first that fits is taken."""


def readable(path: Path | str) -> str:
    """The path as text without the stand-ins (surrogates) that Python has for bytes which are not UTF-8."""
    return "/".join(_decoded(part) for part in os.fsencode(path).split(b"/"))


@contextmanager
def opened(file: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The file, open for reading, and its size in bytes.

    NotFound where it cannot be read, BadInput where it is a folder, pipe or device: those have no size to announce.
    """
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode):
            what = "a folder; name the files in it" if stat.S_ISDIR(about.st_mode) else "not a file; save it as one"
            raise BadInput(f"{readable(file)} cannot be sent: it is {what}.", code="unsupported-type")
        stream = file.open("rb")
    except OSError as error:
        raise unreadable(file, error) from error
    with stream:
        yield stream, about.st_size


def unreadable(file: Path | str, error: OSError) -> NotFound:
    """The error for a file that cannot be read."""
    return NotFound(f"{readable(file)} cannot be read: {error.strerror or error}.")


def _decoded(name: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", "replace")
