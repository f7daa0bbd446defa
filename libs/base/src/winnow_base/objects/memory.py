"""Keeps objects in memory, for tests of code that uses the object store."""

import json
import threading
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode

from winnow_base.objects.memory_parts import MemoryParts
from winnow_base.objects.store import CHUNK_BYTES, LEAST_PART_BYTES, ObjectInfo, Written
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound


class MemoryObjectStore:
    """Objects in a dict. Safe for threads; passes the same suite as ``S3ObjectStore``."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, str]] = {}
        self._written_ms: dict[str, int] = {}
        self._lock = threading.Lock()
        self.parts = MemoryParts(self.put_bytes)

    def put_bytes(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
        """Write a small object whole."""
        with self._lock:
            self._objects[key] = (bytes(data), content_type)
            self._written_ms[key] = now_ms()
        return ObjectInfo(key=key, size_bytes=len(data), content_type=content_type)

    def put_new(self, key: str, data: bytes, content_type: str) -> bool:
        """Write a small object unless the key has one; returns whether it was written."""
        with self._lock:
            if key in self._objects:
                return False
            self._objects[key] = (bytes(data), content_type)
            self._written_ms[key] = now_ms()
            return True

    def put_stream(self, key: str, stream: BinaryIO, content_type: str, *, part_bytes: int = 8 << 20) -> ObjectInfo:
        """Write a stream. Nothing is stored if reading it raises."""
        if part_bytes < LEAST_PART_BYTES:
            raise ValueError(f"a part has at least {LEAST_PART_BYTES} bytes, not {part_bytes}")
        data = bytearray()
        while chunk := stream.read(CHUNK_BYTES):
            data += chunk
        return self.put_bytes(key, bytes(data), content_type)

    def put_json(self, key: str, value: Any) -> ObjectInfo:
        """Write a JSON value."""
        return self.put_bytes(key, json.dumps(value, ensure_ascii=False).encode(), "application/json")

    def get_bytes(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes, or a range of them."""
        data, _ = self._find(key)
        return data[start:] if length is None else data[start : start + length]

    def get_json(self, key: str) -> Any:
        """The JSON value."""
        return json.loads(self.get_bytes(key))

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes in chunks."""
        data = self.get_bytes(key, start, length)
        for offset in range(0, len(data), CHUNK_BYTES):
            yield data[offset : offset + CHUNK_BYTES]

    async def pieces(self, key: str, start: int, length: int) -> AsyncGenerator[bytes | memoryview, None]:
        """A part of the bytes in chunks."""
        for chunk in self.chunks(key, start, length):
            yield chunk

    def stat(self, key: str) -> ObjectInfo:
        """The object's size in bytes and its content type."""
        data, content_type = self._find(key)
        return ObjectInfo(key=key, size_bytes=len(data), content_type=content_type)

    def exists(self, key: str) -> bool:
        """Whether the key has an object."""
        with self._lock:
            return key in self._objects

    def remove(self, key: str) -> None:
        """Remove an object. A missing one is no error."""
        with self._lock:
            self._objects.pop(key, None)

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys under a prefix, in the order of their UTF-8 bytes."""
        with self._lock:
            found = [key for key in self._objects if key.startswith(prefix)]
        yield from sorted(found, key=str.encode)

    def written(self, prefix: str, *, after: str = "") -> Iterator[Written]:
        """The objects behind ``after`` under a prefix."""
        for key in self.keys(prefix):
            if key.encode() > after.encode():
                yield Written(key, self._written_ms[key], len(self._find(key)[0]))

    def presigned_get(self, key: str, seconds: int, headers: Mapping[str, str], *, same_for_seconds: int = 0) -> str:
        """A URL with the object's key; no server answers it."""
        return f"memory://objects/{quote(key)}?{urlencode({'seconds': seconds, **headers})}"

    def probe(self) -> None:
        """Return: memory always takes writes."""

    def _find(self, key: str) -> tuple[bytes, str]:
        with self._lock:
            found = self._objects.get(key)
        if found is None:
            raise NotFound(f"there is no object {key}")
        return found
