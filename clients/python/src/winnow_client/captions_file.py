"""A captions file that goes along with a recording, and how one is found beside it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from winnow_client.errors import BadInput
from winnow_client.files import opened, readable, unreadable

MOST_BYTES = 5 << 20
SUFFIXES = (".vtt", ".srt")


@dataclass(frozen=True, kw_only=True)
class CaptionsFile:
    """A captions file, read whole. Its ``name`` tells its kind and may tell its language: ``talk.ko.srt``."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of its bytes, as hex."""
        return hashlib.sha256(self.data).hexdigest()


def captions_file(path: str | Path) -> CaptionsFile:
    """The file at a path. Raises NotFound if it cannot be read, BadInput if it is too large or no file."""
    file = Path(path)
    with opened(file) as (stream, size_bytes):
        if size_bytes > MOST_BYTES:
            raise BadInput(
                f"{readable(file)} has {size_bytes:,} bytes; captions may have {MOST_BYTES:,}.",
                code="too-large",
                hint="Send the recording without captions.",
            )
        try:
            return CaptionsFile(name=readable(file.name), data=stream.read(MOST_BYTES))
        except OSError as error:
            raise unreadable(file, error) from error


def captions_beside(recording: str | Path, language: str | None = None) -> Path | None:
    """The captions of a recording in its folder: ``talk.vtt`` or ``talk.srt``, else ``talk.ko.srt``; None without any.

    With a ``language`` those of its name go first. Raises BadInput if there are several languages and nothing says
    which.
    """
    recording = Path(recording)
    try:
        there = sorted(one for one in recording.parent.iterdir() if one.suffix.lower() in SUFFIXES)
    except OSError as error:
        raise unreadable(recording.parent, error) from error
    own = {one.name[: -len(one.suffix)]: one for one in there}  # of two kinds the last, which is .vtt
    named = {stem.rpartition(".")[2]: one for stem, one in own.items() if stem.rpartition(".")[0] == recording.stem}
    if language in named:
        return named[language]
    if recording.stem in own:
        return own[recording.stem]
    if len(named) > 1:
        raise BadInput(
            f"{readable(recording)} has captions in several languages beside it: {', '.join(sorted(named))}.",
            code="invalid-field",
            hint="Say which are to be taken, or that none are.",
        )
    return next(iter(named.values()), None)
