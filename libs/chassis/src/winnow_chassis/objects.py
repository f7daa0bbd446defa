"""The object store as services use it: one protocol, whose S3 form and in-memory twin pass the same suite."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol


@dataclass(frozen=True, kw_only=True)
class ObjectInfo:
    """One object: its key and size in bytes."""

    key: str
    size_bytes: int
    content_type: str


class ObjectStore(Protocol):
    """Bytes by key. Raises NotFound for an absent key, Unavailable(dependency="s3") when the store does not answer."""

    def put_bytes(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
        """Write a small object whole."""

    def put_stream(self, key: str, stream: BinaryIO, content_type: str, *, part_bytes: int = 8 << 20) -> ObjectInfo:
        """Write a stream of unknown length in parts, holding at most one part in memory.

        Nothing appears under ``key`` if reading the stream raises: that error passes through and the parts are dropped.
        """

    def put_json(self, key: str, value: Any) -> ObjectInfo:
        """Write a JSON value."""

    def get_bytes(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes, or ``length`` of them from ``start``; fewer where it ends."""

    def get_json(self, key: str) -> Any:
        """The JSON value."""

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes in chunks of up to 1 MiB."""

    def stat(self, key: str) -> ObjectInfo:
        """Size and type."""

    def exists(self, key: str) -> bool:
        """Whether the key has an object."""

    def copy(self, source: str, target: str) -> None:
        """Copy inside the store, any size."""

    def remove(self, key: str) -> None:
        """Remove an object; an absent one is fine."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys under a prefix, in order."""

    def probe(self) -> None:
        """Write and remove a small object: proof that the store takes writes."""


Probe = Callable[[], None]
"""Raises Unavailable when a dependency does not answer."""
