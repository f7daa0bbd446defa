"""Lists the folders of regions, and detects whether anything in them changed."""

import os
from collections.abc import Iterator
from pathlib import Path

from winnow_contracts.errors import Misconfigured

Look = frozenset[tuple[str, int, int, int]]
"""Name, inode, size and modification time of every file that may contain rules."""


def region_folders(root: Path) -> list[Path]:
    """The folders of regions in ``root``, by name, without hidden ones. Raises Misconfigured."""
    try:
        return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as error:
        raise Misconfigured(
            f"the folder of disposal rules {root} cannot be read ({error.strerror})",
            hint="Set WINNOW_AI_RULES_DIR to a folder with one folder a region, or leave it out.",
        ) from error


def look_at(root: Path) -> Look:
    """The present state of the files in ``root``, without reading them. Raises Misconfigured if it cannot be listed."""
    return frozenset(found for folder in region_folders(root) for found in _files(folder))


def _files(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    yield str(folder), 0, 0, 0  # an empty folder is a mistake and must be noticed
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".json"):
                    found = entry.stat()
                    yield entry.path, found.st_ino, found.st_size, found.st_mtime_ns
    except OSError:
        return  # it changed meanwhile; reading it reports the fault
