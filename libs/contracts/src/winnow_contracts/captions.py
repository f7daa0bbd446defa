"""Captions that came with a recording, as the gateway keeps them in the store. All times are in milliseconds."""

from dataclasses import dataclass

SOURCE = "captions"
"""What a ``Transcript`` has as its model if its text was sent as captions."""


@dataclass(frozen=True, kw_only=True)
class Cue:
    """A piece of text and when it is shown. ``text`` is one line without markup, and never empty."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Captions:
    """The cues of one file, in order; none begins before the end of the one before it.

    ``language`` is an ISO 639 code, ``und`` if nothing tells it.
    """

    language: str
    cues: tuple[Cue, ...]
