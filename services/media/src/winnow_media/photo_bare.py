"""Strips a PNG or JPEG of the metadata that a decoder may refuse. The picture and its orientation stay."""

from collections.abc import Iterator

_PNG_KEPT = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf"))
_PNG_PROFILE = b"iCCP"
_PNG_SIGNATURE_BYTES = 8

_APP1, _APP2, _APP14 = 0xE1, 0xE2, 0xEE
_SCAN = 0xDA
_METADATA = frozenset((*range(0xE0, 0xF0), 0xFE))
_ADOBE_BYTES = 16
"""An APP14 segment of at least this size, with marker and length, gives the colour coding, so it stays."""


def bare(content: bytes, form: str) -> tuple[bytes, bool]:
    """The file without metadata, and whether a colour profile was removed. Other formats are returned unchanged.

    From the point where the file cannot be parsed, it stays as it is.
    """
    match form:
        case "PNG":
            parts = list(_chunks(content))
            kept = content[:_PNG_SIGNATURE_BYTES] + b"".join(part for name, part in parts if name in _PNG_KEPT)
            return kept, any(name == _PNG_PROFILE for name, _ in parts)
        case "JPEG":
            segments = list(_segments(content))
            kept = content[:2] + b"".join(part for marker, part in segments if _is_picture(marker, part))
            return kept, any(marker == _APP2 for marker, _ in segments)
        case _:
            return content, False


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and bytes of each chunk of a PNG. The last one may be cut off."""
    at = _PNG_SIGNATURE_BYTES
    while at + 8 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        yield content[at + 4 : at + 8], content[at:end]
        at = end


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment of a JPEG. The last one is the first scan with all that follows."""
    at = 2
    while content[at : at + 1] == b"\xff" and content[at + 1] != _SCAN:
        end = at + 2 + max(2, int.from_bytes(content[at + 2 : at + 4], "big"))
        yield content[at + 1], content[at:end]
        at = end
    yield _SCAN, content[at:]


def _is_picture(marker: int, segment: bytes) -> bool:
    return marker not in _METADATA or marker == _APP1 or (marker == _APP14 and len(segment) >= _ADOBE_BYTES)
