"""Reads a captions file: what it is called and holds, to cues that follow each other."""

import re
from pathlib import PurePath

from winnow_captions.cue_text import plain
from winnow_captions.decoding import decoded
from winnow_captions.errors import WrongCaptions
from winnow_captions.scanning import scan
from winnow_captions.timeline import in_order
from winnow_contracts.captions import Captions
from winnow_contracts.languages import SPEECH_LANGUAGES

MOST_BYTES = 5 << 20
SUFFIXES = (".vtt", ".srt")
UNKNOWN = "und"

_SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
"""Scripts that tell the language, those first that others do not share."""
_LEAST_SHARE = 0.1


def read_captions(data: bytes, filename: str, language: str | None = None) -> Captions:
    """The captions of a file named ``talk.vtt``, ``talk.srt`` or ``talk.ko.srt``.

    Their language is the one that the name says, else ``language``, else the header's, else what the script shows.
    Raises WrongCaptions (also ``too-large``, ``empty-file`` and ``unsupported-type``).
    """
    if len(data) > MOST_BYTES:
        raise WrongCaptions(f"they have more than {MOST_BYTES} bytes.", code="too-large")
    if not data:
        raise WrongCaptions("the file has no bytes.", code="empty-file")
    suffix = PurePath(filename).suffix.lower()
    if suffix not in SUFFIXES:
        raise WrongCaptions(f"their name must end with {' or '.join(SUFFIXES)}.", code="unsupported-type")
    subrip = suffix == ".srt"
    text = decoded(data, subrip=subrip)
    if subrip and text.startswith("WEBVTT"):
        subrip = False  # a file that was renamed
    header, raw = scan(text, subrip=subrip)
    cues = in_order((cue.start_ms, cue.end_ms, [plain(line, subrip=subrip) for line in cue.lines]) for cue in raw)
    if not cues:
        raise WrongCaptions("there is no text in them.")
    told = language_in_name(filename) or language or _code(header.get("language", ""))
    return Captions(language=told or _shown_by_script("".join(cue.text for cue in cues)), cues=cues)


def language_in_name(filename: str) -> str | None:
    """The language that ``talk.ko.srt`` names, or None."""
    suffixes = PurePath(filename).suffixes
    return _code(suffixes[-2][1:]) if len(suffixes) > 1 else None


def _code(name: str) -> str | None:
    code = re.split("[-_]", name.strip().lower())[0]
    return code if code in SPEECH_LANGUAGES else None


def _shown_by_script(text: str) -> str:
    letters = sum(character.isalpha() for character in text)
    for code, script in _SCRIPTS:
        if len(script.findall(text)) > _LEAST_SHARE * letters:
            return code
    return UNKNOWN
