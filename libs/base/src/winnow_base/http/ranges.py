"""Parses one byte range of an object from a Range header (RFC 9110, section 14)."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ByteRange:
    """``length`` bytes from ``start`` of an object of ``size`` bytes."""

    start: int
    length: int
    size: int

    def content_range(self) -> str:
        """The Content-Range header's value."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


class Unsatisfiable(Exception):
    """The range lies outside the object."""


def read_range(header: str | None, size: int) -> ByteRange | None:
    """Returns the requested range, or None for the whole object: no header, another unit, bad syntax or several ranges.

    Raises Unsatisfiable if the range starts past the end.
    """
    found = re.fullmatch(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", header or "")
    if found is None or found.group(0).strip() == "bytes=-":
        return None
    first, last = found.groups()
    if first == "":
        start, end = max(size - int(last), 0), size - 1
        if int(last) == 0:
            raise Unsatisfiable
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size:
        raise Unsatisfiable
    return ByteRange(start=start, length=end - start + 1, size=size)
