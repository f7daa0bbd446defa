"""Simulates what a power cut leaves of a journal: all that was fsynced, and an arbitrary part of the rest."""

import hashlib
import random
from pathlib import Path

_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_SECTOR_BYTES = 512


class Disk:
    """Watches the files of one journal; ``cut`` makes the folder that the next start of the machine finds.

    SQLite fsyncs the write-ahead log at each FULL commit and before each checkpoint, and fsyncs the database after it.
    So the log is safe up to its length at the last of those moments. After that point each sector may or may not be
    written.
    """

    def __init__(self, journal: Path) -> None:
        self._database = journal
        self._log = journal.with_name(journal.name + "-wal")
        self._checkpointed = b""
        self._salts = b""
        self.safe_bytes = 0

    def note(self, *, durable: bool) -> None:
        """Record what is safe now. Call it after every write, with ``durable`` if it was a durable commit."""
        content = self._log.read_bytes() if self._log.exists() else b""
        checkpointed = hashlib.sha256(self._database.read_bytes()).digest()
        if content[16:24] != self._salts:  # the log restarted: the database holds everything that was in it
            self._salts, self.safe_bytes = content[16:24], 0
        if durable or checkpointed != self._checkpointed:
            self._checkpointed, self.safe_bytes = checkpointed, _end(content)

    def cut(self, folder: Path, chance: random.Random) -> Path:
        """Make a new folder with what is left; returns the journal's path in it."""
        folder.mkdir(parents=True)
        left = folder / self._database.name
        left.write_bytes(self._database.read_bytes())
        if self._log.exists():
            content = self._log.read_bytes()
            # Cut at the first byte that is not certain to be on disk, or at any later one.
            at = chance.randint(self.safe_bytes, len(content))
            left.with_name(self._log.name).write_bytes(content[:at] + _remains(content[at:], chance))
        return left


def _end(log: bytes) -> int:
    """The offset in bytes where the frames of the log's present generation end."""
    if len(log) < _HEADER_BYTES:
        return 0
    frame_bytes = _FRAME_HEADER_BYTES + int.from_bytes(log[8:12], "big")
    end = _HEADER_BYTES
    while log[end + 8 : end + 16] == log[16:24] and end + frame_bytes <= len(log):
        end += frame_bytes
    return end


def _remains(tail: bytes, chance: random.Random) -> bytes:
    match chance.choice(("gone", "zeros", "noise", "some sectors")):
        case "gone":
            return b""
        case "zeros":
            return bytes(len(tail))
        case "noise":
            return chance.randbytes(len(tail))
        case _:
            sectors = [tail[start : start + _SECTOR_BYTES] for start in range(0, len(tail), _SECTOR_BYTES)]
            return b"".join(sector if chance.random() < 0.5 else bytes(len(sector)) for sector in sectors)
