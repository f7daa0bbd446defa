"""Leader election among the processes that share a journal: each holds an flock, which ends with its process."""

import fcntl
import os
from pathlib import Path

from winnow_contracts.errors import Misconfigured


class Leadership:
    """The living owners of one journal. ``boot_id`` is this process; one of them holds the upkeep."""

    def __init__(self, folder: Path, boot_id: str, *, exclusive: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.boot_id = boot_id
        self._leader = os.open(folder / "upkeep.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Locked before it gets its name: unlocked for a moment, another process could sweep it away as dead.
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
        """True if this process now holds the upkeep, or held it before."""
        try:
            fcntl.flock(self._leader, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def alive(self, boot_id: str) -> bool:
        """Whether that process lives."""
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
        """Remove the marks of dead processes."""
        for mark in self._folder.glob("*.alive"):
            if not self.alive(mark.stem):
                mark.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave: drop both locks and the mark."""
        (self._folder / f"{self.boot_id}.alive").unlink(missing_ok=True)
        os.close(self._mine)
        os.close(self._leader)
