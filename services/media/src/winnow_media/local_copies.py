"""Fetches as much of an object to the local disk as a verdict needs, at most 64 MiB of a large one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from winnow_base.objects.store import ObjectStore
from winnow_contracts.errors import BadInput
from winnow_contracts.formats import AVI, MKV, MPEGTS, WEBM, Format
from winnow_media.boxes import Layout

WHOLE_BYTES = 64 << 20
"""Smaller objects are fetched whole."""

_INDEX_BYTES = 64 << 20
"""The largest index (moov) that is read; it is that of a recording of days."""

_NEAR_BYTES = 256 << 10
"""Ranges that are nearer to each other than this are fetched as one."""

_SAMPLE_BYTES = 6 << 20
_FRAGMENT_BYTES = 16 << 20
_WINDOW_BYTES = 4 << 20
_SOUND_WINDOW_BYTES = 1 << 20


@dataclass(frozen=True)
class Span:
    """Bytes ``start`` up to, not including, ``end`` of an object."""

    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class LocalCopy:
    """A local file with some or all of an object's bytes.

    ``whole`` has all bytes. ``sparse`` has the object's size, with holes. ``windows`` has a few ranges of the object
    joined, so times jump inside. ``head`` has only the beginning.
    """

    path: Path
    kind: str
    object_bytes: int
    local_bytes: int


class Fetcher:
    """Reads one object into local files. ``check`` is called at every chunk."""

    def __init__(self, objects: ObjectStore, key: str, size_bytes: int, check: Callable[[], None]) -> None:
        self._objects, self._key, self.size_bytes, self._check = objects, key, size_bytes, check
        self._head = b""

    def read(self, start: int, length: int) -> bytes:
        """``length`` bytes from ``start``. The object's beginning is cached."""
        if not self._head:
            self._head = self._objects.get_bytes(self._key, 0, 1 << 16)
        if start + length <= len(self._head):
            return self._head[start : start + length]
        self._check()
        return self._objects.get_bytes(self._key, start, length)

    def whole(self, path: Path) -> LocalCopy:
        """The whole object as a file."""
        self._join(path, [Span(0, self.size_bytes)])
        return self._copy(path, "whole", self.size_bytes)

    def sparse(self, path: Path, layout: Layout) -> LocalCopy:
        """A file of the object's size that holds its beginning, its index and its last bytes."""
        index = layout.index
        assert index is not None
        if index.size_bytes > _INDEX_BYTES:
            raise BadInput("The recording's index is larger than is allowed.", code="resource-limit")
        media = layout.find(b"mdat")
        begin = media.start if media else 0
        path.touch()
        with path.open("r+b") as file:
            file.truncate(self.size_bytes)
        spans = [Span(0, 1 << 16), Span(index.start, index.end), Span(begin, begin + (1 << 20))]
        self.fill(path, [*spans, Span(self.size_bytes - (1 << 16), self.size_bytes)])
        return self._copy(path, "sparse", self.size_bytes)

    def fill(self, path: Path, spans: Iterable[Span]) -> None:
        """Fetch spans into a sparse file, near ones together."""
        with path.open("r+b") as file:
            for span in joined(spans, self.size_bytes):
                file.seek(span.start)
                for chunk in self._objects.chunks(self._key, span.start, span.end - span.start):
                    self._check()
                    file.write(chunk)

    def head(self, path: Path) -> LocalCopy:
        """The beginning of a fragmented file, whose fragments each have their own index."""
        self._join(path, [Span(0, _FRAGMENT_BYTES)])
        return self._copy(path, "head", min(_FRAGMENT_BYTES, self.size_bytes))

    def windows(self, path: Path, form: Format) -> LocalCopy:
        """Beginning, middle and end in one file, for containers whose demuxers resynchronise at the next packet."""
        length = _WINDOW_BYTES if form in (MKV, WEBM, AVI, MPEGTS) else _SOUND_WINDOW_BYTES
        first = length + _tag_bytes(self.read(0, 10))
        # a multiple of 188 and of all usual PCM frames, so that transport packets and samples stay whole
        middle = self.size_bytes // 2 // _ALIGNMENT * _ALIGNMENT + _sound_start(form, self.read(0, 1 << 16))
        last = (self.size_bytes - length) // _ALIGNMENT * _ALIGNMENT + _sound_start(form, self.read(0, 1 << 16))
        spans = [Span(0, first // _ALIGNMENT * _ALIGNMENT + _sound_start(form, self.read(0, 1 << 16)))]
        spans += [Span(middle, middle + length), Span(last, self.size_bytes)]
        return self._copy(path, "windows", self._join(path, spans))

    def _join(self, path: Path, spans: list[Span]) -> int:
        with path.open("wb") as file:
            for span in spans:
                for chunk in self._objects.chunks(self._key, span.start, span.end - span.start):
                    self._check()
                    file.write(chunk)
            return file.tell()

    def _copy(self, path: Path, kind: str, local_bytes: int) -> LocalCopy:
        return LocalCopy(path=path, kind=kind, object_bytes=self.size_bytes, local_bytes=local_bytes)


def joined(spans: Iterable[Span], size_bytes: int) -> list[Span]:
    """Spans in order, cut to the object's size, with near ones joined."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        start, end = max(0, span.start), min(span.end, size_bytes)
        if start >= end:
            continue
        if result and start - result[-1].end <= _NEAR_BYTES:
            result[-1] = Span(result[-1].start, max(end, result[-1].end))
        else:
            result.append(Span(start, end))
    return result


def within_sample(spans: list[Span]) -> list[Span]:
    """The first spans, as many as one sample may fetch after near ones are joined."""
    for count in range(len(spans), 0, -8):
        fetched = joined(spans[:count], spans[-1].end + (1 << 62))
        if sum(span.end - span.start for span in fetched) <= _SAMPLE_BYTES and len(fetched) <= 24:
            return spans[:count]
    return spans[:1]


_ALIGNMENT = 188 * 64 * 3


def _sound_start(form: Format, head: bytes) -> int:
    """Offset of the PCM data in a WAV file, so that windows are cut between samples; 0 for other containers."""
    at = head.find(b"data") if form.name == "wav" else -1
    return at + 8 if at >= 0 else 0


def _tag_bytes(head: bytes) -> int:
    """Length of an ID3 tag in bytes, at most 16 MiB. Cover pictures make tags large."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    length = (head[6] & 127) << 21 | (head[7] & 127) << 14 | (head[8] & 127) << 7 | (head[9] & 127)
    return min(length, 16 << 20)
