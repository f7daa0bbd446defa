"""Objects written in parts in memory, for tests of code that writes them."""

import hashlib
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from winnow_base.objects.parts import StoredPart, UnfinishedObject
from winnow_base.objects.store import CHUNK_BYTES
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound


@dataclass
class _Begun:
    key: str
    content_type: str
    begun_ms: int
    parts: dict[int, bytes] = field(default_factory=dict)


class MemoryParts:
    """Parts in a dict. Safe for threads; passes the same suite as ``S3Parts``. ``put_whole`` stores an object."""

    def __init__(self, put_whole: Callable[[str, bytes, str], object]) -> None:
        self._put_whole = put_whole
        self._begun: dict[str, _Begun] = {}
        self._lock = threading.Lock()

    def begin(self, key: str, content_type: str) -> str:
        """Begin an object; returns its ``parts_id``."""
        parts_id = uuid.uuid4().hex
        with self._lock:
            self._begun[parts_id] = _Begun(key=key, content_type=content_type, begun_ms=now_ms())
        return parts_id

    def put(self, key: str, parts_id: str, number: int, stream: BinaryIO, size_bytes: int) -> str:
        """Write a part."""
        data = b"".join(iter(lambda: stream.read(CHUNK_BYTES), b""))
        begun = self._find(key, parts_id)
        with self._lock:
            begun.parts[number] = data
        return _etag(data)

    def stored(self, key: str, parts_id: str, marks: Mapping[int, str] | None = None) -> dict[int, StoredPart]:
        """The parts by number."""
        begun = self._find(key, parts_id)
        with self._lock:
            found = sorted(begun.parts.items())
        return {number: StoredPart(number=number, size_bytes=len(data), etag=_etag(data)) for number, data in found}

    def complete(self, key: str, parts_id: str, parts: Iterable[StoredPart]) -> None:
        """Make the object of these parts."""
        begun = self._find(key, parts_id)
        with self._lock:
            data = b"".join(begun.parts[number] for number in sorted(part.number for part in parts))
            del self._begun[parts_id]
        self._put_whole(key, data, begun.content_type)

    def abort(self, key: str, parts_id: str) -> None:
        """Remove all parts."""
        with self._lock:
            self._begun.pop(parts_id, None)

    def unfinished(self) -> Iterator[UnfinishedObject]:
        """What was begun and not ended."""
        with self._lock:
            found = list(self._begun.items())
        for parts_id, begun in found:
            yield UnfinishedObject(key=begun.key, parts_id=parts_id, begun_ms=begun.begun_ms)

    def _find(self, key: str, parts_id: str) -> _Begun:
        with self._lock:
            begun = self._begun.get(parts_id)
        if begun is None or begun.key != key:
            raise NotFound(f"there are no parts {parts_id} of {key}")
        return begun


def _etag(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
