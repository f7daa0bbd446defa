"""A file as the body of a request: read block by block, as often as it is sent."""

import hashlib
import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from winnow_client.errors import BadInput
from winnow_client.files import opened, readable, unreadable

_BLOCK_BYTES = 1 << 18

Progress = Callable[[int, int], None]
"""Called with the bytes that were sent so far and the file's size."""


def silent(sent_bytes: int, size_bytes: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, kw_only=True)
class FileBody:
    """``size_bytes`` bytes of a file from the byte ``start`` on.

    What lies behind them is sent as another part, or was written later and is left out.
    """

    file: Path
    size_bytes: int
    on_progress: Progress
    start: int = 0

    @property
    def name(self) -> str:
        """The file's name in printable form."""
        return readable(self.file.name)

    @property
    def content_type(self) -> str:
        """The media type that the name promises."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def blocks(self) -> Iterator[bytes]:
        """Reads the bytes. Raises NotFound, and BadInput if the file became shorter meanwhile."""
        sent = 0
        with opened(self.file) as (stream, _):
            stream.seek(self.start)
            while sent < self.size_bytes:
                try:
                    block = stream.read(min(_BLOCK_BYTES, self.size_bytes - sent))
                except OSError as error:
                    raise unreadable(self.file, error) from error
                if not block:
                    raise BadInput(
                        f"{readable(self.file)} became shorter while it was sent: it has {self.start + sent} bytes.",
                        code="size-mismatch",
                        hint="Send it again once nothing writes to it.",
                    )
                sent += len(block)
                self.on_progress(sent, self.size_bytes)
                yield block


def file_body(file: str | Path, on_progress: Progress | None = None) -> FileBody:
    """The body that is a file. Raises NotFound if it cannot be read, BadInput if it is a folder, pipe or device."""
    path = Path(file)
    with opened(path) as (_, size_bytes):
        return FileBody(file=path, size_bytes=size_bytes, on_progress=on_progress or silent)


def sha256(body: FileBody) -> str:
    """The SHA-256 of the bytes, as hex. Raises as ``blocks``."""
    found = hashlib.sha256()
    for block in body.blocks():
        found.update(block)
    return found.hexdigest()
