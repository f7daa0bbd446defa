"""Gives each node's journal a small disk of its own, which can be full while the machine's is not."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from winnow_contracts.errors import Misconfigured

_NODE_DISK_BYTES = 96 << 20
_SMALL_DISK_BYTES = 512 << 20
_FILLER = "filler"
_OUTSIDE = "WINNOW_CHAOS_OUTER_MOUNTS"
"""Holds the caller's mount namespace: a process in another namespace has mounts of its own."""


class Disks:
    """In-memory disks of the nodes in ``folder``.

    Only root may mount; call ``mount`` before the nodes start. The mounts belong to the process's mount namespace and
    end with it; ``take_own_mounts`` gives the process a separate one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def mount(self, nodes: Iterable[str]) -> None:
        """Mounts a disk as each node's data folder."""
        for node in nodes:
            _mount_memory(self._folder / node, _NODE_DISK_BYTES)

    def unmount(self) -> None:
        """Unmounts all disks, even those still in use."""
        for place in self._folder.glob("*"):
            if place.is_mount():
                run_command("umount", "--lazy", str(place))

    def fill(self, node: str) -> None:
        """Fills a node's disk to the last byte."""
        fill(self._folder / node)

    def empty(self, node: str) -> None:
        """Frees the space again."""
        empty(self._folder / node)


def fill(folder: Path) -> None:
    """Fills the disk that holds ``folder`` to the last byte, with a file in it."""
    with (folder / _FILLER).open("ab", buffering=0) as filler:
        free = os.statvfs(folder)
        with suppress(OSError):  # what cannot be reserved at once is written
            os.posix_fallocate(filler.fileno(), 0, free.f_bavail * free.f_frsize)
        for block in (1 << 20, 4096, 1):
            _write_until_full(filler.fileno(), bytes(block))


def empty(folder: Path) -> None:
    """Frees the space that ``fill`` took."""
    (folder / _FILLER).unlink(missing_ok=True)


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """An in-memory disk at ``place`` for the block. Only root may mount."""
    _mount_memory(place, _SMALL_DISK_BYTES)
    try:
        yield place
    finally:
        run_command("umount", "--lazy", str(place))


def may_mount_here() -> bool:
    """Whether this process may mount at all: it is root, and the kernel allows it."""
    alone = ("unshare", "--mount", "--propagation", "private", "true")
    return os.geteuid() == 0 and shutil.which(alone[0]) is not None and not subprocess.run(alone).returncode


def may_mount() -> bool:
    """Whether this process has mounts of its own: see ``take_own_mounts``."""
    return os.environ.get(_OUTSIDE, _mounts()) != _mounts()


def take_own_mounts(command: list[str]) -> None:
    """Replaces this process by ``command``, with mounts that nobody else sees and that end with it.

    Returns if that is not possible: it needs root, and a kernel that allows it.
    """
    alone = ("unshare", "--mount", "--propagation", "private")
    if (
        may_mount()
        or shutil.which(alone[0]) is None
        or subprocess.run((*alone, "true"), capture_output=True).returncode
    ):
        return
    os.environ[_OUTSIDE] = _mounts()
    os.execvp(alone[0], [*alone, *command])  # noqa: S606 - no shell is meant


def _mounts() -> str:
    """The mount namespace's name."""
    return str(Path("/proc/self/ns/mnt").readlink())


def _write_until_full(file: int, block: bytes) -> None:
    try:
        while True:
            os.write(file, block)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def _mount_memory(place: Path, size_bytes: int) -> None:
    place.mkdir(parents=True, exist_ok=True)
    run_command("mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=0755", "tmpfs", str(place))


def run_command(*command: str) -> None:
    """Runs a command of the system. Raises Misconfigured with what it said if it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Misconfigured(
            f"{command[0]} failed: {done.stderr.strip()}", hint="Leave the faults out that need a disk of their own."
        )
