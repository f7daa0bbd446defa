"""Decodes the bytes of a captions file: UTF-8, UTF-16, and what old Korean programs write."""

import codecs

from winnow_captions.errors import WrongCaptions

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_KOREAN = "cp949"


def decoded(data: bytes, *, subrip: bool) -> str:
    """The file's text without a byte order mark. CP949 is tried for SubRip alone: WebVTT is UTF-8 by its standard.

    Raises WrongCaptions with the line at which the bytes stop making sense.
    """
    encoding = _UTF16.get(data[:2]) or _unmarked_utf16(data) or "utf-8"
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if subrip and encoding == "utf-8":
            return _korean(data, error)
        raise _undecodable(data, error, encoding) from error


def _unmarked_utf16(data: bytes) -> str | None:
    """The byte order of text that begins with a Latin letter or digit, as both formats do."""
    first, second = (*data[:2], 1, 1)[:2]
    if first == 0:
        return "utf-16-be"
    return "utf-16-le" if second == 0 else None


def _korean(data: bytes, first: UnicodeDecodeError) -> str:
    try:
        return data.decode(_KOREAN)
    except UnicodeDecodeError as error:
        raise _undecodable(data, first, f"utf-8 nor {_KOREAN}") from error


def _undecodable(data: bytes, error: UnicodeDecodeError, encoding: str) -> WrongCaptions:
    before = data[: error.start]
    if encoding.startswith("utf-16"):
        line = before.decode(encoding, "replace").count("\n") + 1
    else:
        line = before.count(b"\n") + 1
    return WrongCaptions(f"the bytes are not {encoding} text.", line=line)
