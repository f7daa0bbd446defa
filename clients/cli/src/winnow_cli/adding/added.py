"""The state of one file that is being added."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from winnow_client.errors import WinnowError
from winnow_client.files import readable

_LINKS = ("https://", "http://")
FINAL = frozenset(("done", "failed", "cancelled"))


@dataclass
class Added:
    """One file and its job, updated as they progress."""

    path: Path
    captions: Path | None = None
    """The captions that were sent along."""
    link: str = ""
    """The link to fetch, of which ``path`` is the file's name alone; empty for a file of this machine."""
    media_id: str = ""
    job_id: str = ""
    already_stored: bool = False
    """Whether the account had the file, so that it was not sent; the media and its job are those of before."""
    job: dict[str, Any] = field(default_factory=dict)
    """The job as the API last returned it."""
    error: dict[str, Any] | None = None
    """Why the file was not sent, or its job not done: a problem object."""
    length_seconds: float | None = None
    words: int | None = None

    @classmethod
    def of(cls, named: str) -> "Added":
        """What an argument names: a link, or a file."""
        if not named.startswith(_LINKS):
            return cls(path=Path(named))
        parts = urlsplit(named)
        return cls(path=Path(unquote(parts.path).rstrip("/").rpartition("/")[2] or parts.netloc), link=named)

    @property
    def name(self) -> str:
        """The file's name in printable form."""
        return Path(readable(self.path)).name

    @property
    def status(self) -> str:
        """``unsent``, or the job's status."""
        return str(self.job.get("status", "queued")) if self.job_id else "unsent"

    @property
    def ended(self) -> bool:
        """Whether the file's state is final."""
        return self.error is not None or self.status in FINAL

    def fail(self, error: WinnowError) -> None:
        """Ends the file with this error."""
        self.error = error.to_json()

    def seen(self, job: dict[str, Any]) -> None:
        """Updates the job."""
        self.job = job
        if job["status"] in ("failed", "cancelled"):
            self.error = job.get("error") or {"code": job["status"], "detail": f"The job was {job['status']}."}

    def to_json(self) -> dict[str, Any]:
        """The file as ``--json`` prints it."""
        shown: dict[str, Any] = {"link" if self.link else "file": self.link or readable(self.path)}
        if self.captions:
            shown["captions"] = readable(self.captions)
        if self.job_id:
            shown |= {"media_id": self.media_id, "job_id": self.job_id}
        if self.already_stored:
            shown["already_stored"] = True
        if self.job:
            shown |= {"status": self.status, "length_seconds": self.length_seconds, "words": self.words}
            shown |= {"warnings": self.job.get("warnings", [])}
        return shown | ({"error": self.error} if self.error else {})
