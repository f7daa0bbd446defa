"""Opens files to send: makes their names printable, and refuses what is not a regular file."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from winnow_client.errors import BadInput, NotFound

_ENCODINGS = ("utf-8", "cp949", "cp1252")
"""Encodings of names, tried in order: today's, that of old Korean disks, that of old western ones."""


def readable(path: Path | str) -> str:
    """The path as text without the surrogates by which Python represents bytes that are not UTF-8."""
    return "/".join(_decoded(part) for part in os.fsencode(path).split(b"/"))


@contextmanager
def opened(file: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Opens the file for reading; returns it with its size in bytes.

    Raises NotFound if it cannot be read, BadInput if it is a folder, pipe or device: those have no size to announce.
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
