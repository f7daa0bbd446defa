"""Takes a link instead of a file: it is kept as an upload's bytes would be, and media fetches the file later."""

import io
import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts.commands import FetchOriginal
from winnow_contracts.errors import Refused
from winnow_contracts.json_codec import to_json
from winnow_contracts.links import LONGEST_LINK, Link, LinkRules
from winnow_gateway.api import job_options
from winnow_gateway.api.schema_parts import TEXT, Schema
from winnow_gateway.api.upload import AcceptedUpload, Upload, Uploads
from winnow_gateway.api.upload_kinds import JobIds, SentFile, UploadKind
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Call
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_gateway.uploads.filenames import clean_filename
from winnow_gateway.uploads.upload_stream import UploadBody

PROBLEMS = ("url-ingest-disabled", "url-not-allowed")
"""Problem codes that a link of any kind can end with, besides those of uploads."""
_MOST_BODY_BYTES = 16_384
_LONGEST_TITLE = 200
_FIELDS: dict[str, Schema] = {
    "source_url": {**TEXT, "minLength": 1, "maxLength": LONGEST_LINK},
    "filename": {**TEXT, "minLength": 1},
    "title": {**TEXT, "minLength": 1, "maxLength": _LONGEST_TITLE},
}


def is_link(call: Call) -> bool:
    """Whether a request brings a link, not a file."""
    return call.request.mimetype == "application/json"


def body(kind: UploadKind) -> dict[str, Schema]:
    """The body of a link as the API documents it, by its media type."""
    return {"application/json": _schema(kind)}


def _schema(kind: UploadKind) -> Schema:
    wishes = {wish.name: wish.schema for wish in kind.wishes}
    return {
        "type": "object",
        "required": ["source_url"],
        "properties": {**_FIELDS, **wishes, **job_options.FIELDS},
        "additionalProperties": False,
    }


@dataclass(frozen=True, kw_only=True)
class _LinkUpload(Upload):
    title: str

    @property
    def size_bytes(self) -> int:
        """Nobody knows before it is fetched."""
        return 0


class Links(Uploads):
    """Accepts links to files of one kind, under the same Idempotency-Keys as their uploads."""

    def __init__(self, parts: Dependencies, bodies: AwaitedBodies, kind: UploadKind, rules: LinkRules) -> None:
        super().__init__(parts, bodies, _by_link(kind))
        self._rules = rules

    def take(self, call: Call) -> AcceptedUpload:
        """Accepts the link of a JSON body, as ``Uploads.take``. What the body leaves open, the query says.

        Raises Refused ``url-ingest-disabled``, FieldError ``url-not-allowed``.
        """
        self._refuse_if_off()
        return self.take_fields(call, _read(call, _schema(self._kind)["properties"]))

    def take_fields(self, call: Call, fields: Mapping[str, Any]) -> AcceptedUpload:
        """As ``take``, of fields that were read elsewhere."""
        self._refuse_if_off()
        for name in _FIELDS:
            _check_text(name, fields.get(name))
        fault = self._rules.fault(fields["source_url"])
        if fault:
            raise FieldError(fault, pointer="#/source_url", code="url-not-allowed")
        job_options.read_options(fields)  # so that what is wrong is named by its place in the body
        options = {name: fields.get(name) for name in job_options.FIELDS}
        asked = {**fields, **self._kind.read_wishes(fields), **options}
        given = {name: value for name, value in asked.items() if value is not None}
        return super().take(replace(call, query={**call.query, **given}))

    def _refuse_if_off(self) -> None:
        if not self._rules.enabled:
            hint = "Download the file and send it; operators switch links on with WINNOW_FETCH_URLS."
            raise Refused("Links are not fetched here.", code="url-ingest-disabled", hint=hint)

    def _come(self, call: Call) -> AbstractContextManager[None]:
        """A link's fields are read already. A request that paused now would be handled again without them."""
        return nullcontext()

    def _check_name(self, call: Call) -> None:
        """A link has its file's name in itself."""

    def _upload(self, call: Call) -> Upload:
        asked = call.query
        link = Link(url=asked["source_url"], title=asked.get("title") or "")
        content = json.dumps(to_json(link), ensure_ascii=False).encode()
        return _LinkUpload(
            body=UploadBody(io.BytesIO(content), announced_bytes=len(content), limit_bytes=len(content)),
            filename=clean_filename(asked["filename"] or _name(link.url)),
            wishes={wish.name: asked[wish.name] for wish in self._kind.options},
            title=link.title,
        )

    def _stored(self, ids: JobIds, upload: Upload) -> AcceptedJob:
        job = super()._stored(ids, upload)
        title = upload.title if isinstance(upload, _LinkUpload) else ""
        return replace(job, accepted=replace(job.accepted, title=title or job.accepted.title))


def _by_link(kind: UploadKind) -> UploadKind:
    """The kind whose jobs begin with fetching a file of ``kind``."""

    def fetch(ids: JobIds, file: SentFile) -> FetchOriginal:
        wishes: Mapping[str, Any] = {wish.name: file.wishes[wish.name] for wish in kind.wishes}
        return FetchOriginal(
            tenant_id=ids.tenant_id,
            job_id=ids.job_id,
            media_id=ids.media_id,
            link_key=ids.original_key,
            kind=kind.name,
            filename=file.filename,
            limit_bytes=kind.limit_bytes,
            **wishes,
        )

    return replace(
        kind, recognise=lambda head: "application/octet-stream", lane=FetchOriginal.QUEUE, first_command=fetch
    )


def _read(call: Call, known: Schema) -> dict[str, Any]:
    call.request.max_content_length = _MOST_BODY_BYTES
    given = call.request.get_json(silent=True)
    if not isinstance(given, dict) or not given.keys() <= known.keys():
        detail = f"The body must be a JSON object with source_url and no fields but {', '.join(known)}."
        raise FieldError(detail, pointer="#")
    return given


def _check_text(name: str, value: Any) -> None:
    """Raises FieldError unless this is what one of the link's own fields may be."""
    if value is None and name != "source_url":
        return
    if not isinstance(value, str) or not 1 <= len(value) <= _FIELDS[name].get("maxLength", 1_000):
        raise FieldError(f"The field {name!r} must be a text, neither empty nor too long.", pointer=f"#/{name}")
    if re.search("[\x00-\x1f\x7f\ud800-\udfff]", value) and name == "title":
        raise FieldError("The title has characters that cannot be shown.", pointer="#/title")


def _name(url: str) -> str:
    """The file's name as the link has it."""
    parts = urlsplit(url)
    return unquote(parts.path).rstrip("/").rpartition("/")[2] or parts.hostname or "link"
