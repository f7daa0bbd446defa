"""The folder of a backup: where its parts lie, and the manifest that makes them one."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.errors import BadInput, Conflict, Misconfigured, NotFound
from winnow_contracts.json_codec import from_json, to_json

FORMAT = 1
"""What this version writes, and the only one it reads."""


@dataclass(frozen=True, kw_only=True)
class FileSum:
    """A file's size in bytes and the SHA-256 of its bytes."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class JournalFile:
    """The copy of a node's journal."""

    node: str
    file: FileSum


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup consists of. ``taken_at`` is the moment of the database's snapshot, and names the files.

    ``version`` is Winnow's; ``scale`` is the number of nodes by worker.
    """

    format: int
    version: str
    taken_at: str
    scale: Mapping[str, int]
    database: FileSum
    journals: tuple[JournalFile, ...]
    objects: FileSum
    """Of the list of objects."""
    object_count: int
    object_bytes: int


@contextmanager
def files_of(folder: Path) -> Iterator[None]:
    """Turns what the disk refuses into Misconfigured."""
    try:
        yield
    except OSError as error:
        raise Misconfigured(
            f"{error.filename or folder} cannot be read or written: {error.strerror}.",
            hint="The same command goes on where it was.",
        ) from error


class BackupFolder:
    """The paths of a backup. Files of the owner alone: the database holds what people said and showed.

    Everything but the objects is named by when it was taken, so that a backup in the same folder that is interrupted
    leaves the one before it whole.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.manifest = root / "backup.json"
        self.contents = root / "objects"
        self._mark = root / ".winnow-backup"

    @contextmanager
    def made(self) -> Iterator[None]:
        """Makes the folder, and keeps other backups out of it meanwhile.

        Raises Misconfigured if it cannot be made, or is not ours, because a backup removes old files; Conflict while
        another backup is taken into it.
        """
        with files_of(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            if not self._mark.exists() and any(self.root.iterdir()):
                raise Misconfigured(f"{self.root} holds something else.", hint="Name an empty or a new folder.")
            self.root.chmod(0o700)
            with self._mark.open("w") as mark:
                try:
                    fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise Conflict(
                        f"Another backup is being taken into {self.root}.", hint="Wait for it, or name another folder."
                    ) from error
                self.contents.mkdir(mode=0o700, exist_ok=True)
                yield

    def database(self, taken_at: str) -> Path:
        """The database's dump."""
        return self.root / f"database-{_plain(taken_at)}.dump"

    def object_list(self, taken_at: str) -> Path:
        """The list of objects."""
        return self.root / f"objects-{_plain(taken_at)}.jsonl"

    def journal(self, taken_at: str, node: str) -> Path:
        """The journal of a node."""
        return self.root / f"journals-{_plain(taken_at)}" / f"{node}.db"

    def content(self, sha256: str) -> Path:
        """The bytes of every object that has this hash."""
        return self.contents / sha256[:2] / sha256

    def set_aside(self, sha256: str) -> None:
        """Renames a content that is damaged, where the folder can be written to. The next whole backup removes it."""
        path = self.content(sha256)
        if path.is_file() and os.access(path.parent, os.W_OK):
            path.rename(path.with_suffix(".damaged"))

    def read(self) -> Manifest | None:
        """The manifest, or None before the first backup in this folder is whole. Raises BadInput for another's file."""
        if not self.manifest.exists():
            return None
        try:
            found = json.loads(self.manifest.read_text(encoding="utf-8"))
            if found["format"] != FORMAT:
                raise BadInput(f"{self.manifest} has the format {found['format']}.", hint="Use the version it is of.")
            return from_json(Manifest, found)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise BadInput(f"{self.manifest} cannot be read: {error!r}.", hint="Take the backup anew.") from error

    def wanted(self) -> Manifest:
        """The manifest. Raises NotFound if there is no whole backup."""
        found = self.read()
        if found is None:
            raise NotFound(f"There is no whole backup in {self.root}.", hint="./winnow backup FOLDER takes one.")
        return found

    def seal(self, manifest: Manifest) -> None:
        """Makes this the backup, once all its files are on the disk, and removes what only the last one had."""
        os.sync()
        fresh = self.manifest.with_suffix(".new")
        fresh.write_text(json.dumps(to_json(manifest), indent=1), encoding="utf-8")
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(self.manifest)
        named = _plain(manifest.taken_at)
        for pattern in ("database-*.dump", "objects-*.jsonl", "journals-*"):
            for path in self.root.glob(pattern):
                if named not in path.name:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def file_sum(file: Path) -> FileSum:
    """Size and hash of a file."""
    with file.open("rb") as opened:
        return FileSum(size_bytes=file.stat().st_size, sha256=hashlib.file_digest(opened, "sha256").hexdigest())


def check(file: Path, expected: FileSum) -> None:
    """Raises BadInput if the file is not as it was written."""
    if not file.is_file() or file_sum(file) != expected:
        raise BadInput(
            f"{file} is missing or damaged; nothing was restored.", hint="Use another backup, or take this one again."
        )


def _plain(taken_at: str) -> str:
    return taken_at.replace("-", "").replace(":", "")
