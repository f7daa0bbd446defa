"""Gives each node's journal a small disk of its own, which can be full while the machine's is not."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from winnow_contracts.errors import Misconfigured

_DISK_BYTES = 96 << 20
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
            place = self._folder / node
            place.mkdir(parents=True, exist_ok=True)
            _run("mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES},mode=0755", "tmpfs", str(place))

    def unmount(self) -> None:
        """Unmounts all disks, even those still in use."""
        for place in self._folder.glob("*"):
            if place.is_mount():
                _run("umount", "--lazy", str(place))

    def fill(self, node: str) -> None:
        """Fills a node's disk to the last byte."""
        with (self._folder / node / _FILLER).open("ab", buffering=0) as filler:
            for block in (1 << 20, 4096, 1):
                _write_until_full(filler.fileno(), bytes(block))

    def empty(self, node: str) -> None:
        """Frees the space again."""
        (self._folder / node / _FILLER).unlink(missing_ok=True)


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


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Misconfigured(f"{command[0]} failed: {done.stderr.strip()}", hint="Leave the fault disk_full out.")
