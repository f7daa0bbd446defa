"""What was sent from a watched folder, and what was refused: a small file in the folder, which restarts find."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from winnow_cli.watching.folder import Look
from winnow_client.errors import BadInput

FILE_NAME = ".winnow-watch.json"
_VERSION = 1


@dataclass
class Seen:
    """A file as it was when it was sent or refused."""

    look: list[int]
    sha256: str = ""
    """The hash of its content; empty if it was not read."""


@dataclass
class Sent:
    """A content that was sent, and its job. ``ended`` once the job's end was told."""

    media_id: str
    job_id: str
    ended: bool = False


@dataclass
class _Kept:
    seen: dict[str, Seen] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)


class Memory:
    """The memory for one gateway at ``url``: another one has not got what this one was sent.

    Every change is on the disk when its method returns. Raises BadInput if the file cannot be read as such, OSError if
    it cannot be written.
    """

    def __init__(self, file: Path, url: str) -> None:
        self._file, self._url = file, url
        self._all = self._read()
        kept = self._all.get(url, {})
        self._kept = _Kept(
            seen={name: Seen(**one) for name, one in kept.get("seen", {}).items()},
            sent={sha256: Sent(**one) for sha256, one in kept.get("sent", {}).items()},
        )
        self._write()

    def knows(self, name: str, look: Look) -> bool:
        """Whether the file of this name was sent or refused and looks the same since."""
        seen = self._kept.seen.get(name)
        return seen is not None and seen.look == list(look)

    def sent(self, sha256: str) -> Sent | None:
        """The job of a content, whatever its file is called."""
        return self._kept.sent.get(sha256)

    def open_jobs(self) -> dict[str, tuple[str, Sent]]:
        """Jobs whose end was not told: the file's name and its job, by the job's id."""
        names = {seen.sha256: name for name, seen in self._kept.seen.items()}
        return {
            one.job_id: (names.get(sha256, sha256), one) for sha256, one in self._kept.sent.items() if not one.ended
        }

    def note_sent(self, name: str, look: Look, sha256: str, sent: Sent) -> None:
        """Notes that a file is sent, or is one that was sent under another name."""
        self._kept.sent[sha256] = sent
        self._note(name, look, sha256)

    def note_refused(self, name: str, look: Look) -> None:
        """Notes that a file was refused: it is told once, and tried again once it has changed."""
        self._note(name, look, "")

    def note_ended(self, sent: Sent) -> None:
        """Notes that the end of a job was told."""
        sent.ended = True
        self._write()

    def _note(self, name: str, look: Look, sha256: str) -> None:
        self._kept.seen[name] = Seen(look=list(look), sha256=sha256)
        self._write()

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise self._unusable(str(error)) from error
        if not isinstance(found, dict) or found.get("version") != _VERSION:
            raise self._unusable("it is of another version")
        gateways: dict[str, Any] = found.get("gateways", {})
        return gateways

    def _unusable(self, why: str) -> BadInput:
        hint = "Remove it, or name another with --state: files that were sent are known to the gateway all the same."
        return BadInput(f"{self._file} cannot be used: {why}.", hint=hint)

    def _write(self) -> None:
        self._all[self._url] = asdict(self._kept)
        value = json.dumps({"version": _VERSION, "gateways": self._all}, ensure_ascii=True)
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            fresh.write_text(value, encoding="utf-8")
            fresh.replace(self._file)
        finally:
            with suppress(FileNotFoundError):
                fresh.unlink()
