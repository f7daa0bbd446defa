"""Decodes file names in collections, and tells photos that people put there from system files."""

import zipfile
from pathlib import PurePosixPath

_ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff"))

_SYSTEM_FOLDERS = frozenset(("__macosx", "@eadir", "$recycle.bin", "system volume information"))
"""Added by Macs, Synology's disks and Windows: copies and remnants with photos' extensions."""

_UTF8_FLAG = 0x800


def is_photo(name: str) -> bool:
    """Whether a path (within the collection, with slashes) has a photo's extension, and is not hidden or a system's
    own.
    """
    path = PurePosixPath(name)
    own = any(part.startswith(".") or part.lower() in _SYSTEM_FOLDERS for part in path.parts)
    return path.suffix.lower() in _ENDINGS and not own


def name_in_zip(member: zipfile.ZipInfo) -> str:
    """A zip member's name as its creator saw it.

    Without the UTF-8 flag a zip does not say how its names are encoded, and Python reads them as CP437, IBM's of 1981.
    Macs write UTF-8 nevertheless, and Korean Windows CP949: the first that fits is used.
    """
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    written = member.filename.encode("cp437")
    for read in (_utf8, _korean):
        if name := read(written):
            return name
    return member.filename


def _utf8(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _korean(name: bytes) -> str:
    """The name in CP949 if most of its letters are common ones (KS X 1001); western names fit by accident, too."""
    try:
        text = name.decode("cp949")
    except UnicodeDecodeError:
        return ""
    letters = [letter for letter in text if not letter.isascii()]
    # Python encodes other syllables in eight bytes.
    everyday = [letter for letter in letters if len(letter.encode("euc_kr", "ignore")) == 2]
    return text if 2 * len(everyday) > len(letters) else ""
