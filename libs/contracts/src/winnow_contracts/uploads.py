"""Uploads that are declared first and then sent in parts, as every gateway and index see them in the store."""

from dataclasses import dataclass, field
from typing import Any

from winnow_contracts import identity
from winnow_contracts.job_options import JobOptions

KEPT_MS = 24 * 3_600_000
"""How long an upload may take in milliseconds, from its declaration to its completion."""


@dataclass(frozen=True, kw_only=True)
class DeclaredUpload:
    """An upload that was declared and is not completed. Times are Unix milliseconds.

    Every part but the last has ``part_bytes``. Without a ``parts_id`` the file is sent to the store as one object.
    ``wishes`` are the kind's own options by name, ``options`` those that every job has.
    """

    upload_id: str
    tenant_id: str
    kind: str
    """``av`` or ``photo``."""
    filename: str
    size_bytes: int
    content_type: str
    """As the sender says. What the file is, its first bytes decide."""
    promised_sha256: str = ""
    """What the sender says that the whole file's hash is, as hex; media compares it. Empty if nothing was said."""
    wishes: dict[str, Any] = field(default_factory=dict)
    options: JobOptions = field(default_factory=JobOptions)
    part_bytes: int
    original_key: str
    parts_id: str = ""
    captions_key: str | None = None
    """Key of the ``Captions`` that were sent for it."""
    created_ms: int
    expires_ms: int

    @property
    def job_id(self) -> str:
        """The job that begins when it is completed."""
        return identity.job_of_upload(self.upload_id)

    @property
    def media_id(self) -> str:
        """The media that the job makes."""
        return identity.keyed_media_id(self.job_id)

    @property
    def part_count(self) -> int:
        """How many parts the file has."""
        return -(-self.size_bytes // self.part_bytes)

    def bytes_of(self, number: int) -> int:
        """The size of a part, from 1 to ``part_count``."""
        return min(self.part_bytes, self.size_bytes - (number - 1) * self.part_bytes)
