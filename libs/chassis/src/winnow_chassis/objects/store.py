"""The object store as services use it: one protocol, whose S3 form and in-memory twin pass the same suite."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

LEAST_PART_BYTES = 5 << 20
"""The smallest part that S3 takes of an object written in parts, the last one excepted."""

CHUNK_BYTES = 1 << 20
"""The most that ``chunks`` gives at once."""


@dataclass(frozen=True, kw_only=True)
class ObjectInfo:
    """One object: its key, size in bytes and media type."""

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
        ``part_bytes`` under ``LEAST_PART_BYTES`` is a ValueError.
        """

    def put_json(self, key: str, value: Any) -> ObjectInfo:
        """Write a JSON value."""

    def get_bytes(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes, or ``length`` of them from ``start``; fewer, or none, where it ends."""

    def get_json(self, key: str) -> Any:
        """The JSON value."""

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes, or a range as in ``get_bytes``, in chunks of up to ``CHUNK_BYTES``; errors come while reading."""

    def stat(self, key: str) -> ObjectInfo:
        """Size and type."""

    def exists(self, key: str) -> bool:
        """Whether the key has an object."""

    def remove(self, key: str) -> None:
        """Remove an object; an absent one is fine."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys under a prefix, in the order of their UTF-8 bytes."""

    def presigned_get(self, key: str, seconds: int, filename: str, content_type: str) -> str:
        """A URL that gives the object to anyone for ``seconds``, as ``content_type``, saved as ``filename``.

        It is made without asking the store, so an absent key raises nothing here.
        """

    def probe(self) -> None:
        """Write and remove a small object: proof that the store takes writes."""


Probe = Callable[[], None]
"""Raises Unavailable when a dependency does not answer."""
