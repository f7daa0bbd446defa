"""Fetches the captions that a link names beside its file, as links are fetched."""

import logging
import time
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_captions.keeping import keep
from winnow_captions.reading import MOST_BYTES, read_captions
from winnow_contracts import object_keys
from winnow_contracts.commands import FetchOriginal
from winnow_contracts.errors import BadInput, TimedOut, Unavailable
from winnow_contracts.links import Link
from winnow_media.links.pace import too_slow
from winnow_media.links.source import LinkSource
from winnow_media.transfers import Check

log = logging.getLogger(__name__)

FETCH_SECONDS = 60.0


def fetch_captions(
    command: FetchOriginal, link: Link, check: Check, *, objects: ObjectStore, source: LinkSource
) -> dict[str, Any]:
    """``captions_key``, where they are kept, or None and the ``problem`` why they are not taken.

    They spare a transcription and are no condition of it: whatever is wrong with them, the recording is heard. Raises
    what ``check`` and the store raise.
    """
    try:
        content = _content(link.captions_url, check, source)
        kept = keep(read_captions(content, link.captions_name, command.language))
    except (BadInput, Unavailable, TimedOut) as error:
        if isinstance(error, TimedOut) and error.code != "source-unavailable":  # the task's own time is over
            raise
        log.info("The captions of a link are not taken.", extra={"job_id": command.job_id, "code": error.code})
        return {"captions_key": None, "problem": error.code}
    key = object_keys.captions(command.tenant_id, command.media_id, kept.sha256)
    objects.put_bytes(key, kept.content, "application/json")
    return {"captions_key": key, "problem": ""}


def _content(url: str, check: Check, source: LinkSource) -> bytes:
    """The file's bytes; of a longer one than captions may be, enough to see that."""
    until = time.monotonic() + FETCH_SECONDS

    def in_time() -> None:
        check()
        if time.monotonic() > until:
            raise too_slow(f"did not send the captions within {FETCH_SECONDS:g} seconds")

    file = source.open(url, in_time)
    try:
        return file.read(MOST_BYTES + 1)
    finally:
        file.close()
