"""Elects a leader among the processes that share a journal. Each holds an flock, which ends with its process."""

import fcntl
import os
from pathlib import Path

from winnow_contracts.errors import Misconfigured


class Leadership:
    """The living owners of one journal; ``boot_id`` is this process.

    One of them is the leader and does the maintenance.
    """

    def __init__(self, folder: Path, boot_id: str, *, exclusive: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.boot_id = boot_id
        self._leader = os.open(folder / "upkeep.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Lock the file before renaming it to its final name. Otherwise another process could find it unlocked for a
        # moment and remove it as dead.
        fresh = folder / f"{boot_id}.new"
        self._mine = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._mine, fcntl.LOCK_EX)
        fresh.rename(folder / f"{boot_id}.alive")
        if not self.try_become_leader() and exclusive:
            self.close()
            raise Misconfigured(
                f"another living process owns the journal in {folder.parent}",
                hint="Give each node a data folder of its own, or stop the other process.",
            )

    def try_become_leader(self) -> bool:
        """Try to become the leader. True if this process is the leader now, or was before."""
        try:
            fcntl.flock(self._leader, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def alive(self, boot_id: str) -> bool:
        """Whether the process with this boot id is alive."""
        if boot_id == self.boot_id:
            return True
        try:
            file = os.open(self._folder / f"{boot_id}.alive", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        return False

    def sweep(self) -> None:
        """Remove the owner files of dead processes."""
        for mark in self._folder.glob("*.alive"):
            if not self.alive(mark.stem):
                mark.unlink(missing_ok=True)

    def close(self) -> None:
        """Release both locks and remove the owner file."""
        (self._folder / f"{self.boot_id}.alive").unlink(missing_ok=True)
        os.close(self._mine)
        os.close(self._leader)
