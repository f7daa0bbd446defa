"""Captions that a client sends: read at once, so that wrong ones are refused, and kept in the store as their cues."""

from typing import Any

from flask import Request

from winnow_base.objects.store import ObjectStore
from winnow_captions.errors import WrongCaptions
from winnow_captions.keeping import keep
from winnow_captions.reading import MOST_BYTES, read_captions
from winnow_contracts import object_keys
from winnow_contracts.captions import Captions
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.upload_stream import UploadBody, raw_body

MOST_CAPTIONS_BYTES = MOST_BYTES
"""The largest file of captions in bytes."""
PROBLEMS = ("invalid-captions", "too-large", "empty-file", "unsupported-type")
"""Problem codes that captions can end with."""


class SentCaptions:
    """The captions of one file."""

    def __init__(self, captions: Captions) -> None:
        self.captions = captions
        self._kept = keep(captions)

    def key(self, tenant_id: str, media_id: str) -> str:
        """Where they are kept for this media: the same captions have the same key."""
        return object_keys.captions(tenant_id, media_id, self._kept.sha256)

    def store(self, objects: ObjectStore, key: str) -> None:
        """Keep them under their ``key``. Raises Unavailable."""
        objects.put_bytes(key, self._kept.content, "application/json")


def captions_body(request: Request) -> UploadBody:
    """A request's body that is a captions file. Raises FieldError (``too-large``)."""
    return raw_body(request, limit_bytes=MOST_CAPTIONS_BYTES)


def read_sent(source: Any, filename: str, language: str | None) -> SentCaptions:
    """The captions in a stream, of which no more is read than captions may have.

    ``language`` is what is spoken, where the file's name does not say. Raises FieldError with the line at fault.
    """
    try:
        return SentCaptions(read_captions(_start(source), filename, language))
    except WrongCaptions as error:
        facts = {"line": error.line} if error.line else {}
        raise FieldError(error.detail, pointer="#/captions", code=error.code, hint=error.hint, **facts) from error


def _start(source: Any) -> bytes:
    """The stream's bytes; of a longer one than captions may be, enough to see that."""
    data = bytearray()
    while len(data) <= MOST_BYTES and (block := source.read(MOST_BYTES + 1 - len(data))):
        data += block
    return bytes(data)
