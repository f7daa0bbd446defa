"""The task that fetches what a link leads to, in parts that a retry goes on from, and sends the job on."""

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from winnow_base import metrics
from winnow_base.objects.parts import StoredPart
from winnow_base.objects.store import LEAST_PART_BYTES, ObjectStore
from winnow_contracts import identity, object_keys
from winnow_contracts.commands import Command, Examine, FetchOriginal, PreparePhoto
from winnow_contracts.errors import BadInput, NotFound, Permanent, Refused, Unavailable, Unsupported, WinnowError
from winnow_contracts.formats import SNIFF_BYTES, sniff
from winnow_contracts.json_codec import from_json
from winnow_contracts.links import Link
from winnow_contracts.photo_formats import sniff_photo
from winnow_journal.task import Cancelled, Task
from winnow_media.links.captions import fetch_captions
from winnow_media.links.room import Room
from winnow_media.links.source import Changed, LinkSource, OpenFile
from winnow_media.transfers import stoppable

log = logging.getLogger(__name__)

PART_BYTES = LEAST_PART_BYTES
"""Small, as each thread of the lane holds one."""


def fetch_original(task: Task, command: FetchOriginal, *, objects: ObjectStore, source: LinkSource, room: Room) -> None:
    """Fetch a link's file into the store, and captions where it names some; send what would follow their upload."""
    if not source.rules.enabled:
        raise Refused(
            "Links are not fetched on this node.", code="url-ingest-disabled", hint="Set WINNOW_FETCH_URLS here too."
        )
    fetching = Fetching(task, command, objects, source, room)
    made = task.step("fetch", lambda: _counted(fetching.run), inputs=command.link_key)
    task.tell_result(size_bytes=made["size_bytes"], content_type=made["content_type"])
    captions_key = None
    if command.kind == "recording" and (link := fetching.link()).captions_url:
        found = task.step("captions", lambda: fetch_captions(command, link, task.check, objects=objects, source=source))
        task.tell_result(captions=found["problem"] or "taken")
        captions_key = found["captions_key"]
    task.send(_next(command, made["original_key"], made["size_bytes"], captions_key))


@dataclass(frozen=True, kw_only=True)
class Begun:
    """One version of the file on its way into the store."""

    original_key: str
    parts_id: str
    content_type: str
    total_bytes: int | None
    validator: str


class Fetching:
    """One attempt. A version of the file is begun in a step, so that the next attempt goes on with its parts; one that
    its server no longer sends is aborted, and another is begun.
    """

    def __init__(
        self, task: Task, command: FetchOriginal, objects: ObjectStore, source: LinkSource, room: Room
    ) -> None:
        self._task, self._command, self._objects, self._source, self._room = task, command, objects, source, room
        self._file: OpenFile | None = None

    def link(self) -> Link:
        """The link. Raises BadInput ``url-not-fetched`` if it is not kept any more."""
        try:
            return from_json(Link, self._objects.get_json(self._command.link_key))
        except NotFound:
            detail = "The link is not kept any more."
            raise BadInput(detail, code="url-not-fetched", hint="Send the link again.") from None

    def run(self) -> dict[str, Any]:
        """Key, size and type of the stored file."""
        version = 0
        try:
            while True:
                version += 1
                begun = Begun(**self._task.step(f"version {version}", self._begin))
                try:
                    return self._stored(begun)
                except Changed:
                    self._abort(begun)
                except (Permanent, Cancelled):
                    self._abort(begun)
                    raise
        finally:
            self._close()

    def _begin(self) -> dict[str, Any]:
        """Open the link for a version of its file from the beginning, and begin its parts."""
        self._file = file = self._source.open(self.link().url, self._task.check)
        self._refuse_too_large(file.total_bytes or 0)
        head = file.peek(SNIFF_BYTES)
        content_type = recognise(head, self._command.kind)
        self._room.refuse_over(self._command.tenant_id, file.total_bytes or len(head))
        key = object_keys.upload(self._command.tenant_id, self._command.media_id, identity.new_upload_id())
        return {
            "original_key": key,
            "parts_id": self._objects.parts.begin(key, content_type),
            "content_type": content_type,
            "total_bytes": file.total_bytes,
            "validator": file.validator,
        }

    def _stored(self, begun: Begun) -> dict[str, Any]:
        """Read the rest of a version into the store. Raises Changed if there is no going on with it."""
        key = begun.original_key
        try:
            parts = _full(self._objects.parts.stored(key, begun.parts_id))
        except NotFound:  # aborted as its server sent another, or completed before a crash
            if not self._objects.exists(key):
                raise Changed from None
        else:
            size_bytes = PART_BYTES * len(parts)
            if self._file is None and (not parts or size_bytes != begun.total_bytes):
                self._file = self._go_on(begun, size_bytes)
            while self._file and (content := self._file.read(PART_BYTES)):
                self._task.check()  # calls that are fast look at it too seldom
                size_bytes += len(content)
                self._refuse_too_large(size_bytes)
                parts.append(self._put(begun, len(parts) + 1, content))
                self._tell(size_bytes, begun.total_bytes)
            if begun.total_bytes is not None and size_bytes != begun.total_bytes:
                raise Unavailable(
                    "The server of the link sent less than it announced.",
                    dependency="link",
                    code="source-unavailable",
                    hint="It is tried again.",
                )
            self._room.refuse_over(self._command.tenant_id, size_bytes)  # others came meanwhile, or it told no size
            self._objects.parts.complete(key, begun.parts_id, parts)
        stored = self._objects.stat(key)
        return {"original_key": key, "size_bytes": stored.size_bytes, "content_type": begun.content_type}

    def _go_on(self, begun: Begun, after_bytes: int) -> OpenFile:
        if not after_bytes or not begun.validator:
            raise Changed
        file = self._source.open(self.link().url, self._task.check, after_bytes=after_bytes, validator=begun.validator)
        if file.total_bytes != begun.total_bytes:
            file.close()
            raise Changed
        return file

    def _put(self, begun: Begun, number: int, content: bytes) -> StoredPart:
        def send(_: object) -> str:
            stream = io.BytesIO(content)
            return self._objects.parts.put(begun.original_key, begun.parts_id, number, stream, len(content))

        etag = stoppable(send, self._task.check)
        return StoredPart(number=number, size_bytes=len(content), etag=etag)

    def _tell(self, size_bytes: int, total_bytes: int | None) -> None:
        if total_bytes:
            self._task.progress("fetch", size_bytes / total_bytes)

    def _refuse_too_large(self, size_bytes: int) -> None:
        if size_bytes > self._command.limit_bytes:
            detail = f"The file of the link is larger than the {self._command.limit_bytes} bytes that are accepted."
            raise BadInput(detail, code="too-large", hint="Link to a smaller or shorter file.")

    def _abort(self, begun: Begun) -> None:
        """Give a version up. Parts that stay because the store is away go with the sweep of unfinished uploads."""
        self._close()
        try:
            self._objects.parts.abort(begun.original_key, begun.parts_id)
        except Unavailable as error:
            log.warning("The parts of a fetched file stay in the store: %s", error.detail)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _counted(fetch: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``fetch`` returns; the metrics tell how it went, unless somebody ended it."""
    try:
        made = fetch()
    except WinnowError as error:
        metrics.LINK_FETCHES.labels(error.code).inc()
        raise
    metrics.LINK_FETCHES.labels("fetched").inc()
    metrics.LINK_BYTES.inc(made["size_bytes"])
    return made


def recognise(head: bytes, kind: str) -> str:
    """The media type of a file by its first bytes. Raises BadInput ``empty-file``, Unsupported ``unsupported-type``."""
    if not head:
        raise BadInput("The link leads to an empty file.", code="empty-file", hint="Check the link.")
    form = sniff_photo(head) if kind == "photo" else sniff(head)
    if form is None:
        raise Unsupported(
            f"What the link leads to is no {kind} that Winnow knows.",
            code="unsupported-type",
            hint="It must lead to the file itself, not to a page that shows it.",
        )
    return form.content_type


def _full(stored: dict[int, StoredPart]) -> list[StoredPart]:
    """The whole parts from the file's beginning on, without a gap."""
    parts: list[StoredPart] = []
    while (part := stored.get(len(parts) + 1)) is not None and part.size_bytes == PART_BYTES:
        parts.append(part)
    return parts


def _next(command: FetchOriginal, original_key: str, size_bytes: int, captions_key: str | None) -> Command:
    file: dict[str, Any] = {
        "tenant_id": command.tenant_id,
        "job_id": command.job_id,
        "media_id": command.media_id,
        "original_key": original_key,
        "filename": command.filename,
        "size_bytes": size_bytes,
    }
    if command.kind == "photo":
        return PreparePhoto(**file, language=command.language or "", region=command.region or "")
    return Examine(**file, language=command.language, audio_track=command.audio_track, captions_key=captions_key)
