"""Gives a server a disk of its own, which can be full, and which loses its power as a real one does."""

import fcntl
import os
import stat
import struct
import time
from pathlib import Path

from winnow_contracts.errors import Misconfigured
from winnow_harness.chaos.disks import empty, fill, run_command

_DISK_BYTES = 1 << 30
"""An image without its zeros: it takes the room of what is written."""
_SHUTDOWN = 0x8004587D
"""ioctl(2) ``EXT4_IOC_SHUTDOWN``, by which the tests of Linux's file systems cut the power."""
_WITHOUT_LOG = struct.pack("I", 2)
"""Its flag to write nothing more, the file system's own log included."""
_UNMOUNT_SECONDS = 30.0


class ServerDisk:
    """An ext4 file system in the file ``image``, mounted over ``folder``. Only root may mount.

    A power cut loses what nobody asked to be on disk (fsync) and the kernel had not written by itself; the next mount
    replays the file system's log. The image outlives the cut: it is the disk, and what reached it is safe. Not shown:
    disks that lie about fsync, and sectors that are written by halves.
    """

    def __init__(self, folder: Path, image: Path) -> None:
        self._folder = folder
        self._image = image

    def mount(self) -> None:
        """Makes the disk with what the folder holds now, and mounts it over the folder, unless it is mounted."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._folder.is_mount():
            return
        run_command("mkfs.ext4", "-q", "-m", "0", "-d", str(self._folder), str(self._image), f"{_DISK_BYTES >> 20}M")
        before = self._folder.stat()
        self.restore_power()
        # Its root is of whoever made it.
        os.chown(self._folder, before.st_uid, before.st_gid)
        self._folder.chmod(stat.S_IMODE(before.st_mode))

    def unmount(self) -> None:
        """Unmounts the disk, even in use; does nothing if it is not mounted."""
        if self._folder.is_mount():
            run_command("umount", "--lazy", str(self._folder))

    def fill(self) -> None:
        """Fills it to the last byte."""
        fill(self._folder)

    def empty(self) -> None:
        """Frees the space again."""
        empty(self._folder)

    def cut_power(self) -> None:
        """From now on nothing reaches the disk, and everybody who reads or writes it gets an error."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _SHUTDOWN, _WITHOUT_LOG)
        finally:
            os.close(folder)

    def remove(self) -> None:
        """Unmounts it, once nobody has a file of it open. Raises Misconfigured if somebody still has."""
        until = time.monotonic() + _UNMOUNT_SECONDS
        while self._folder.is_mount():
            try:
                run_command("umount", str(self._folder))
            except Misconfigured:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def restore_power(self) -> None:
        """Mounts what reached the disk; does nothing if it is mounted."""
        if not self._folder.is_mount():
            run_command("mount", "-o", "loop", str(self._image), str(self._folder))
