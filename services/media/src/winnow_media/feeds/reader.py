"""Fetches one feed and reads it: in bounded time and memory, at checked addresses alone."""

import time
from dataclasses import replace

from winnow_contracts.errors import BadInput, TimedOut, Unavailable
from winnow_contracts.index_api.feed_looks import DueLook
from winnow_media.feeds.listing import Listing, NoFeed
from winnow_media.feeds.program import FeedProgram
from winnow_media.links.pace import too_slow
from winnow_media.links.source import LinkSource, OpenFile, Unchanged
from winnow_media.transfers import Check

MOST_BYTES = 10 << 20
FETCH_SECONDS = 60.0
_PIECE_BYTES = 1 << 18
_LONGEST_HEADER = 500


class FeedReader:
    """Reads feeds for any number of threads."""

    def __init__(
        self,
        source: LinkSource,
        program: FeedProgram,
        *,
        most_bytes: int = MOST_BYTES,
        fetch_seconds: float = FETCH_SECONDS,
    ) -> None:
        self._source, self._program = source, program
        self._most_bytes, self._fetch_seconds = most_bytes, fetch_seconds

    def read(self, due: DueLook, check: Check) -> Listing | None:
        """What the feed lists; None if its server says that it is what was read last.

        Raises NoFeed with the reason if there is nothing to read, and what ``check`` and the sandbox raise.
        """
        if not self._source.rules.enabled:
            raise NoFeed("Links are not fetched on this node: its operators have to set WINNOW_FETCH_URLS here too.")
        until = time.monotonic() + self._fetch_seconds

        def in_time() -> None:
            check()
            if time.monotonic() > until:
                raise too_slow(f"did not send the feed within {self._fetch_seconds:g} seconds")

        try:
            file = self._source.open(due.url, in_time, unless=_unless(due))
            try:
                content = self._content(file)
            finally:
                file.close()
        except Unchanged:
            return None
        except (BadInput, Unavailable, TimedOut) as error:
            raise NoFeed(f"The feed could not be fetched. {error.detail}") from None
        listing = self._program.read(content, due.url, check)
        return replace(listing, etag=_header(file.etag), last_modified=_header(file.last_modified))

    def _content(self, file: OpenFile) -> bytes:
        content = bytearray()
        while piece := file.read(_PIECE_BYTES):
            content += piece
            if len(content) > self._most_bytes:
                raise NoFeed(f"The feed has more than {self._most_bytes} bytes.")
        return bytes(content)


def _unless(due: DueLook) -> dict[str, str]:
    asked = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
    return {name: value for name, value in asked.items() if value}


def _header(value: str) -> str:
    """What is sent back next time: printable ASCII of some length, or nothing."""
    return value if len(value) <= _LONGEST_HEADER and value.isascii() and value.isprintable() else ""
