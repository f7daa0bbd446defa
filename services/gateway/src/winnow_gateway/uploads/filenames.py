"""Cleans the file names users send. They are text to show, never part of a path or key."""

import unicodedata

from winnow_gateway.http.problems import FieldError

MAX_CHARACTERS = 255
_LONGEST_EXTENSION = 16
_RECORDINGS = (
    "3g2 3gp aac ac3 adts aif aiff alac amr ape asf au avi caf divx dts dv eac3 f4a f4v flac flv gsm m2t m2ts m2v m4a"
    " m4b m4p m4r m4v mka mkv mod mov mp2 mp3 mp4 mpe mpeg mpg mpga mts mxf oga ogg ogm ogv opus ra rm rmvb snd spx tod"
    " ts tta vob voc w64 wav wave weba webm wma wmv wtv wv"
)
_PHOTOS = "avif bmp dng gif heic heics heif hif jfif jp2 jpe jpeg jpg jxl png svg tif tiff webp"
_EXTENSIONS = frozenset(f"{_RECORDINGS} {_PHOTOS}".split())
"""The known extensions. With a list, the end of "Dr. Smith v1.2" is not mistaken for one."""
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_filename(text: str) -> str:
    """Returns the name in NFC, without folders, control characters and direction overrides, at most 255 characters.

    A longer name loses the end of its stem, not its extension. Raises FieldError if nothing is left.
    """
    plain = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in ("Cc", "Cs") and character not in _DIRECTION_MARKS
    )
    name = plain.replace("\\", "/").rpartition("/")[2].strip()
    if not name:
        raise FieldError(
            "The file has no name.", pointer="?filename", hint="Give it one: ?filename=talk.mp4 or a form's file name."
        )
    return _cut(name)


def title_of(filename: str) -> str:
    """Returns the name without its extension, if that is a known one."""
    stem, _, ending = filename.rpartition(".")
    return stem.strip() or filename if ending.lower() in _EXTENSIONS else filename


def _cut(name: str) -> str:
    if len(name) <= MAX_CHARACTERS:
        return name
    stem, _, ending = name.rpartition(".")
    if stem and ending.isalnum() and len(ending) <= _LONGEST_EXTENSION:
        return f"{stem[: MAX_CHARACTERS - len(ending) - 1].strip()}.{ending}"
    return name[:MAX_CHARACTERS].strip()
