"""What became of one file that was added."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from winnow_cli.local_files import readable
from winnow_contracts.errors import WinnowError

FINAL = frozenset(("done", "failed", "cancelled"))


@dataclass
class Added:
    """One file; filled as it goes."""

    path: Path
    media_id: str = ""
    job_id: str = ""
    job: dict[str, Any] = field(default_factory=dict)
    """The job as it was last seen, from the API."""
    error: dict[str, Any] | None = None
    """Why it was not sent, or not done: a problem."""
    length_seconds: float | None = None
    words: int | None = None

    @property
    def name(self) -> str:
        """The file's name, as it can be shown."""
        return Path(readable(self.path)).name

    @property
    def status(self) -> str:
        """``unsent``, or the job's."""
        return str(self.job.get("status", "queued")) if self.job_id else "unsent"

    @property
    def ended(self) -> bool:
        """Whether nothing more is to come."""
        return self.error is not None or self.status in FINAL

    def fail(self, error: WinnowError) -> None:
        """It ended with this error."""
        self.error = error.to_json()

    def seen(self, job: dict[str, Any]) -> None:
        """Take the job as it is now."""
        self.job = job
        if job["status"] in ("failed", "cancelled"):
            self.error = job.get("error") or {"code": job["status"], "detail": f"The job was {job['status']}."}

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` shows it."""
        shown: dict[str, Any] = {"file": readable(self.path)}
        if self.job_id:
            shown |= {"media_id": self.media_id, "job_id": self.job_id}
        if self.job:
            shown |= {"status": self.status, "length_seconds": self.length_seconds, "words": self.words}
            shown |= {"warnings": self.job.get("warnings", [])}
        return shown | ({"error": self.error} if self.error else {})
