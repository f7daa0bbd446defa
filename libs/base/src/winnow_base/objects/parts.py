"""Objects written in parts: begun once, each part sent on its own and as often as need be, completed or aborted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, kw_only=True)
class StoredPart:
    """A part that the store has: its number from 1, its size in bytes, and the store's mark of its content."""

    number: int
    size_bytes: int
    etag: str


@dataclass(frozen=True, kw_only=True)
class UnfinishedObject:
    """An object whose parts were begun and neither completed nor aborted, and when, in Unix milliseconds."""

    key: str
    parts_id: str
    begun_ms: int


class PartStore(Protocol):
    """Writes objects in parts. What is begun has a ``parts_id`` of its own; ``key`` has no object before ``complete``.

    Every method raises NotFound for parts that were completed, aborted or never begun, and
    Unavailable(dependency="s3") if the store does not answer.
    """

    def begin(self, key: str, content_type: str) -> str:
        """Begin an object; returns its ``parts_id``."""

    def put(self, key: str, parts_id: str, number: int, stream: BinaryIO, size_bytes: int) -> str:
        """Write a part of exactly ``size_bytes`` while it is read; returns its mark. It replaces an earlier one.

        If reading the stream raises, that error passes through and no part is kept.
        """

    def stored(self, key: str, parts_id: str, marks: Mapping[int, str] | None = None) -> dict[int, StoredPart]:
        """The parts that the store has, by number. Of one that was sent again with other bytes, the one with the mark
        that ``marks`` has for it, else the last as far as the store tells: SeaweedFS keeps both, and tells seconds.
        """

    def complete(self, key: str, parts_id: str, parts: Iterable[StoredPart]) -> None:
        """Make the object of these parts, in the order of their numbers."""

    def abort(self, key: str, parts_id: str) -> None:
        """Remove all parts. None are no error."""

    def unfinished(self) -> Iterator[UnfinishedObject]:
        """What was begun and is neither completed nor aborted, as far as the store lists it."""
