"""Keeps a node's copies of objects on its disk, so that what comes back to the node is not fetched again."""

import contextlib
import errno
import fcntl
import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from winnow_base.objects.store import CHUNK_BYTES

_LOG = logging.getLogger(__name__)
_LOCK = ".lock"
_SPARE_BYTES = 1 << 30
"""How much of the disk is left free, for the journal; no more than a tenth of it."""


class FileCache:
    """Copies of objects that are never rewritten, in a ``folder`` that all processes of a node may share.

    ``most_bytes`` bounds all of them together; one that was not used for ``keep_seconds`` goes when another comes. A
    file is named by the hashes of its key and of its bytes, and the latter is compared at every use: what a crash left
    half is never taken. It was last used when it was last modified. ``hit`` is called for each use.
    """

    def __init__(
        self, folder: Path, *, most_bytes: int, keep_seconds: float, hit: Callable[[], None] = lambda: None
    ) -> None:
        self._folder = folder
        self._hit = hit
        self._most_bytes = most_bytes
        self._keep_seconds = keep_seconds

    def chunks(self, key: str, fetch: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
        """The object's bytes in chunks, from the disk if they are kept; else as ``fetch`` gives them, to be kept.

        Raises what ``fetch`` raises. A disk without room only keeps the object from being kept.
        """
        name = hashlib.sha256(key.encode()).hexdigest()
        kept = self._kept(name)
        if kept is None:
            yield from self._copied(name, fetch())
            return
        self._hit()
        with kept:
            while chunk := kept.read(CHUNK_BYTES):
                yield chunk

    def make_room(self, need_bytes: int) -> None:
        """Remove what was not used for the longest time: ``need_bytes`` of it, or all."""
        with self._locked():
            self._shrink(sum(size for _, size, _ in self._files()) - need_bytes)

    def _kept(self, name: str) -> BinaryIO | None:
        """The object's file, open at its beginning, if it has the bytes that it had."""
        for path in self._folder.glob(f"{name}.*"):
            with contextlib.suppress(FileNotFoundError), contextlib.ExitStack() as opened:  # another process removed it
                file = opened.enter_context(path.open("rb"))
                if hashlib.file_digest(file, "sha256").hexdigest() == path.suffix[1:]:
                    os.utime(path)
                    file.seek(0)
                    opened.pop_all()
                    return file
                _LOG.warning("A file of the cache is damaged; it is removed.", extra={"path": str(path)})
                path.unlink()
        return None

    def _copied(self, name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks, which are copied to the disk as they pass. What is not taken to its end is not kept."""
        digest = hashlib.sha256()
        copy = _Copy(self._folder, self._most_bytes)
        try:
            for chunk in chunks:
                digest.update(chunk)
                copy.write(chunk)
                yield chunk
            copy.keep(lambda path: self._add(path, f"{name}.{digest.hexdigest()}"))
        finally:
            copy.close()

    def _add(self, path: Path, name: str) -> None:
        with self._locked():
            self._shrink(self._most_bytes)  # the copy counts already, and is the newest
            path.replace(self._folder / name)

    def _shrink(self, to_bytes: int) -> None:
        """Remove what is too old, and the oldest of the rest until they have ``to_bytes`` together."""
        files = self._files()
        total = sum(size for _, size, _ in files)
        for used, size, path in files:
            if total <= to_bytes and time.time() - used <= self._keep_seconds:
                break
            path.unlink(missing_ok=True)
            total -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        """When each was last used, its size and its path, the oldest first; with copies that dead processes left."""
        found = []
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process has just given its copy up
                if path.name != _LOCK:
                    about = path.stat()
                    found.append((about.st_mtime, about.st_size, path))
        return sorted(found)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Only one process adds and removes at a time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class _Copy:
    """A new file of the folder. Where the disk does not take it, or it grows too large, it is given up."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._size_bytes = 0
        self._file: BinaryIO | None = None
        self._path = folder
        with self._told():
            folder.mkdir(parents=True, exist_ok=True)
            number, path = tempfile.mkstemp(dir=folder)
            self._file, self._path = os.fdopen(number, "wb"), Path(path)

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        self._size_bytes += len(chunk)
        if self._size_bytes > self._most_bytes:
            self.close()
        if self._file is not None:
            with self._told():
                if not _has_room(self._path, len(chunk)):
                    raise OSError(errno.ENOSPC, "the rest of the disk is the journal's")
                self._file.write(chunk)

    def keep(self, move: Callable[[Path], None]) -> None:
        """Have ``move`` take the whole file away from its path."""
        if self._file is not None:
            with self._told():
                self._file.flush()
                move(self._path)

    def close(self) -> None:
        """Close it, and remove it unless it was moved."""
        if self._file is not None:
            file, self._file = self._file, None
            with self._told(), file:
                self._path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            _LOG.warning("An object cannot be kept for its next use.", extra={"error": str(error)})
            self.close()


def _has_room(path: Path, need_bytes: int) -> bool:
    disk = shutil.disk_usage(path)
    return disk.free - need_bytes >= min(_SPARE_BYTES, disk.total // 10)
