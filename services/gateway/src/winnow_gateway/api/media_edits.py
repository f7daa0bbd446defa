"""PATCH /v1/media/{media_id}: edits title and tags, as a JSON merge patch of one known version."""

import unicodedata
from typing import Any

from flask import Request, Response

from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.media import EditMedia, MediaView
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.views import public_media
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_gateway.http.problems import FieldError

MOST_TITLE_CHARACTERS = 255
MOST_TAG_CHARACTERS = 64
MOST_TAGS = 32
MERGE_PATCH = "application/merge-patch+json"
_MAX_BODY_BYTES = 65_536
_IF_MATCH = QueryParameter(
    name="If-Match",
    about="The ETag of the version that is edited; needed.",
    schema={"type": "string", "examples": ['"0"']},
)
_PATCH = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": MOST_TITLE_CHARACTERS},
        "tags": {
            "type": ["array", "null"],
            "maxItems": MOST_TAGS,
            "items": {"type": "string", "minLength": 1, "maxLength": MOST_TAG_CHARACTERS},
        },
    },
}


class MediaEdits:
    """Edits media through index. Raises NotFound, Gone and Conflict (``precondition-failed``, ``not-ready``)."""

    def __init__(self, parts: Dependencies) -> None:
        self._index = parts.index
        self._reads = parts.reads

    def patch(self, call: Call) -> Response:
        """Edits what the body names, if the version is still the one that If-Match names."""
        changes = read_changes(_body(call.request))
        media_id = call.path["media_id"]
        expected = call.request.if_match
        if "If-Match" not in call.request.headers:
            hint = "Read it, and send its ETag as If-Match."
            raise Conflict(f"Which version of {media_id} is to be edited?", code="precondition-required", hint=hint)
        version = self._reads.media_with_keys(call.tenant_id, media_id).version
        if not expected.contains(str(version)):
            raise _stale(media_id)
        view = self.edit(call.tenant_id, media_id, version, changes)
        return json_answer(public_media(view), headers={"ETag": etag(view.version)})

    def edit(self, tenant_id: str, media_id: str, version: int, changes: dict[str, Any]) -> MediaView:
        """Edits one version of a media; ``changes`` as ``read_changes`` returns them."""
        try:
            return self._index.ask(EditMedia(tenant_id=tenant_id, media_id=media_id, version=version, **changes))
        except NotFound:
            self._reads.media_with_keys(tenant_id, media_id)  # raises, unless it was accepted a moment ago
            hint = "Try again in a moment."
            raise Conflict(f"{media_id} was accepted a moment ago.", code="not-ready", hint=hint) from None


def etag(version: int) -> str:
    """The entity tag of a media's title and tags."""
    return f'"{version}"'


def read_changes(given: dict[str, Any]) -> dict[str, Any]:
    """Returns the wanted ``title`` and ``tags`` without spaces around them. Raises FieldError for any other field."""
    changes: dict[str, Any] = {}
    for name, value in given.items():
        match name:
            case "title":
                changes[name] = _text(value, MOST_TITLE_CHARACTERS, "#/title")
            case "tags":
                tags = [] if value is None else value
                if not isinstance(tags, list) or len(tags) > MOST_TAGS:
                    raise FieldError(f"tags must be a list of at most {MOST_TAGS} texts, or null.", pointer="#/tags")
                changes[name] = [_text(tag, MOST_TAG_CHARACTERS, f"#/tags/{n}") for n, tag in enumerate(tags)]
            case _:
                raise FieldError(f"{name[:60]!r} cannot be edited; title and tags can.", pointer=f"#/{name[:60]}")
    return changes


def _text(value: Any, most: int, pointer: str) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not 0 < len(text) <= most or any(unicodedata.category(one) in ("Cc", "Cs") for one in text):
        raise FieldError(f"It must be a text of 1 to {most} characters without line breaks.", pointer=pointer)
    return text


def _body(request: Request) -> dict[str, Any]:
    request.max_content_length = _MAX_BODY_BYTES
    fits = request.mimetype in (MERGE_PATCH, "application/json")
    body = request.get_json(silent=True, force=True) if fits else None
    if not isinstance(body, dict):
        raise FieldError(f"The body must be a JSON object, sent as {MERGE_PATCH}.", pointer="#")
    return body


def _stale(media_id: str) -> Conflict:
    hint = "Read it again, and edit what it says now."
    return Conflict(f"{media_id} was edited meanwhile.", code="precondition-failed", hint=hint)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation that edits media."""
    edits = MediaEdits(parts)
    return (
        Operation(
            name="edit_media",
            method="PATCH",
            path="/v1/media/{media_id}",
            about="Edit the title and tags of a recording or photo; tags null: none. The rest stays as it is.",
            handler=edits.patch,
            scope="write",
            headers=(_IF_MATCH,),
            body={MERGE_PATCH: _PATCH},
            example={"title": "A talk", "tags": ["talks"]},
            answers=(
                ApiAnswer(
                    status=200,
                    about="As it is now.",
                    content={"application/json": ref("Media")},
                    headers=("ETag",),
                ),
            ),
            problems=(
                "not-found",
                "gone",
                "precondition-required",
                "precondition-failed",
                "not-ready",
                "malformed",
                "too-large",
                "unavailable",
            ),
        ),
    )
