"""Defines the object store that services use: one protocol, which its S3 and in-memory forms implement."""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, Protocol

from winnow_base.objects.parts import PartStore

LEAST_PART_BYTES = 5 << 20
"""The smallest part in bytes of an object written in parts. S3 refuses a smaller one, except as the last."""

CHUNK_BYTES = 1 << 20
"""The largest chunk in bytes that ``chunks`` gives."""


@dataclass(frozen=True, kw_only=True)
class ObjectInfo:
    """One object: its key, size in bytes and media type."""

    key: str
    size_bytes: int
    content_type: str


class Written(NamedTuple):
    """An object as a list tells of it: when it was last written (Unix milliseconds of the store's clock), its size."""

    key: str
    written_ms: int
    size_bytes: int


class ObjectStore(Protocol):
    """Stores bytes by key.

    Every method raises NotFound for a missing key and Unavailable(dependency="s3") if the store does not answer.

    Example::

        store.put_json("ok/t/default/answer.json", {"model": "vision-1"})
        answer = store.get_json("ok/t/default/answer.json")
    """

    @property
    def parts(self) -> PartStore:
        """The same store, for objects that are written in parts."""

    def put_bytes(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
        """Write a small object whole."""

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        """Write a small object unless the key has one; returns whether it was written. Of many at once, one is.

        False may be said of one's own write too: where its answer was lost, the request was sent again.
        """

    def put_stream(self, key: str, stream: BinaryIO, content_type: str, *, part_bytes: int = 8 << 20) -> ObjectInfo:
        """Write a stream of unknown length in parts, with at most one part in memory.

        If reading the stream raises, that error passes through, the parts are removed, and ``key`` does not appear.
        Raises ValueError if ``part_bytes`` is under ``LEAST_PART_BYTES``.
        """

    def put_json(self, key: str, value: Any) -> ObjectInfo:
        """Write a JSON value."""

    def get_bytes(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes, or ``length`` of them from ``start``; fewer or none past the object's end."""

    def get_json(self, key: str) -> Any:
        """The JSON value."""

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes, or a range as in ``get_bytes``, in chunks of up to ``CHUNK_BYTES``.

        Errors are raised while reading.
        """

    def pieces(self, key: str, start: int, length: int) -> AsyncGenerator[bytes | memoryview, None]:
        """``length`` bytes from ``start``, which the object must have, for an event loop: no read blocks it.

        A piece may be overwritten once the loop goes on. Errors are raised while reading.
        """

    def stat(self, key: str) -> ObjectInfo:
        """The object's size in bytes and its content type."""

    def exists(self, key: str) -> bool:
        """Whether the key has an object."""

    def remove(self, key: str) -> None:
        """Remove an object. A missing one is no error."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys under a prefix, in the order of their UTF-8 bytes."""

    def written(self, prefix: str, *, after: str = "") -> Iterator[Written]:
        """The objects under a prefix, in the same order, behind the key ``after``."""

    def presigned_get(self, key: str, seconds: int, headers: Mapping[str, str], *, same_for_seconds: int = 0) -> str:
        """A URL that gives the object to anyone for ``seconds``, with these headers (``Content-Type`` …).

        It is made without a request to the store, so a missing key raises nothing here. Links of one object that are
        asked for within the same ``same_for_seconds`` are equal, so that browsers find what they have; they may be good
        for that much less.
        """

    def probe(self) -> None:
        """Write and remove a small object, to check that the store takes writes."""


Probe = Callable[[], None]
"""A function that raises Unavailable if a dependency does not answer."""
