"""What files in a collection are called, and which of them are photos that a person put there."""

import zipfile
from pathlib import PurePosixPath

_ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp", ".tif", ".tiff"))

_SYSTEM_FOLDERS = frozenset(("__macosx", "@eadir", "$recycle.bin", "system volume information"))
"""What Macs, Synology's disks and Windows add: copies and scraps with the endings of photos."""

_UTF8_FLAG = 0x800


def is_photo(name: str) -> bool:
    """Whether a path (within the collection, with slashes) ends as photos do, and is not hidden or a system's own."""
    path = PurePosixPath(name)
    own = any(part.startswith(".") or part.lower() in _SYSTEM_FOLDERS for part in path.parts)
    return path.suffix.lower() in _ENDINGS and not own


def name_in_zip(member: zipfile.ZipInfo) -> str:
    """A member's name as who packed it saw it.

    Without the flag for UTF-8 a zip does not say how its names are written, and Python takes them for CP437, IBM's of
    1981. Macs write UTF-8 nevertheless, and Korean Windows CP949: the first that fits is taken.
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
    """The name in CP949, if most of its letters are everyday ones (KS X 1001); western names fit by accident, too."""
    try:
        text = name.decode("cp949")
    except UnicodeDecodeError:
        return ""
    letters = [letter for letter in text if not letter.isascii()]
    # Python spells others out in eight bytes.
    everyday = [letter for letter in letters if len(letter.encode("euc_kr", "ignore")) == 2]
    return text if 2 * len(everyday) > len(letters) else ""
