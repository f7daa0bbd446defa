"""The node's scratch folder: one folder per running task, removed at its end, or swept at the next start."""

import errno
import fcntl
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from winnow_contracts.errors import Snoozed, Unavailable

_LOCK = ".lock"
_ROOM_SECONDS = 30.0
"""After how long a task is tried again for which there was no room."""
_DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES)


class Scratch:
    """Makes folders under ``root``. A lock marks those in use, so several processes may share the root.

    ``spare_bytes`` of the disk, but no more than a tenth of it, are never reserved: the journal may lie there too.
    ``make_room`` is asked for the bytes that are missing before a task has to wait for them.
    """

    def __init__(
        self, root: Path, *, spare_bytes: int = 0, make_room: Callable[[int], None] = lambda need_bytes: None
    ) -> None:
        self._root = root
        self._make_room = make_room
        self._spare_bytes = spare_bytes
        self._reserved_bytes = 0
        self._lock = threading.Lock()

    @contextmanager
    def folder(self, need_bytes: int = 0) -> Iterator[Path]:
        """A folder that is removed at the end of the block, with ``need_bytes`` of the disk reserved for it.

        Raises Snoozed while they are not free, and Unavailable if the disk is full.
        """
        with self._reserved(need_bytes), self._made() as path:
            yield path

    @contextmanager
    def _reserved(self, need_bytes: int) -> Iterator[None]:
        with self._lock:
            # What other tasks have written of theirs counts twice: rather one more waits than that the disk is full.
            if need_bytes and (missing_bytes := need_bytes - self._unreserved_bytes()) > 0:
                self._make_room(missing_bytes)
            if need_bytes and need_bytes > self._unreserved_bytes():
                raise Snoozed(
                    f"The node's disk has no room for {need_bytes} bytes now.",
                    wait_seconds=_ROOM_SECONDS,
                    hint="It is tried again. If it stays so, make room on the disk of WINNOW_DATA_DIR.",
                )
            self._reserved_bytes += need_bytes
        try:
            yield
        finally:
            with self._lock:
                self._reserved_bytes -= need_bytes

    def _unreserved_bytes(self) -> int:
        self._root.mkdir(parents=True, exist_ok=True)
        disk = shutil.disk_usage(self._root)
        return disk.free - min(self._spare_bytes, disk.total // 10) - self._reserved_bytes

    @contextmanager
    def _made(self) -> Iterator[Path]:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            path = Path(tempfile.mkdtemp(dir=self._root))
            lock = os.open(path / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield path
            finally:
                shutil.rmtree(path, ignore_errors=True)
                os.close(lock)
        except OSError as error:
            if error.errno not in _DISK_FAULTS:
                raise
            raise Unavailable(
                f"the scratch folder cannot be used: {error.strerror}",
                dependency="scratch",
                hint="Make room on the disk of WINNOW_DATA_DIR.",
            ) from error

    def sweep(self) -> int:
        """Remove folders that dead processes left. Returns their number."""
        removed = 0
        for path in self._root.glob("*/") if self._root.is_dir() else ():
            if _abandoned(path):
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
        return removed


def _abandoned(path: Path) -> bool:
    try:
        lock = os.open(path / _LOCK, os.O_RDWR)
    except OSError:  # not locked: its maker died or is about to lock it; leave a young folder to the next sweep
        return path.exists() and _age_seconds(path) > 60
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(lock)


def _age_seconds(path: Path) -> float:
    return time.time() - path.stat().st_mtime
