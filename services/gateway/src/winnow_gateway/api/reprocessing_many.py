"""POST /v1/media:reprocess: processes every recording or photo that matches a filter again."""

from typing import Any

from flask import Response

from winnow_gateway.api.bulk_bodies import bulk_form, read_bulk_body
from winnow_gateway.api.list_filters import MEDIA_FILTERS, index_filters
from winnow_gateway.api.reprocessing import WISH, read_wish
from winnow_gateway.api.schema_parts import FLAG, ref
from winnow_gateway.clients.bulk_reprocessing import BulkReprocessing
from winnow_gateway.clients.bulk_slices import SLICE
from winnow_gateway.clients.reprocessing import Reprocessing, Wish
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer, read_value
from winnow_gateway.http.problems import FieldError
from winnow_journal.codec import plain

_FILTERS = {one.name: one for one in MEDIA_FILTERS if one.name != "status"}
_FORM = bulk_form(tuple(_FILTERS.values()), {**WISH, "dry_run": FLAG}, needed=("from",))
_HINT = 'For example {"filter": {"kind": "recording"}, "from": "embed"}.'


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation that processes many again."""
    bulk = BulkReprocessing(parts.index, Reprocessing(parts.reads, parts.intake, parts.steering))

    def reprocess(call: Call) -> Response:
        body, place = read_bulk_body(call.request, _FORM, hint=_HINT)
        wish = read_wish(body)
        filters = _read_filter(body["filter"], wish)
        if _is_dry(body):
            return json_answer(_nothing_done() | {"matches": plain(bulk.count(call.tenant_id, filters, wish))})
        return json_answer(plain(bulk.slice(call.tenant_id, filters, wish, call.principal.key_id, place)))

    return (
        Operation(
            name="reprocess_matching",
            method="POST",
            path="/v1/media:reprocess",
            about=f"Process the next {SLICE} again of all ready recordings, or photos, that match, as reprocess_media"
            " does with each; from says which of the two. They stand behind all other work. With dry_run nothing is"
            " done, and matches says how many there are. To go on, send audit_id and next_cursor back. The audit log"
            " has one entry for all, which tells how far it is.",
            handler=reprocess,
            scope="write",
            body={"application/json": _FORM},
            example={"filter": {"kind": "recording", "tag": "lectures"}, "from": "embed", "dry_run": True},
            answers=(
                ApiAnswer(
                    status=200, about="What this slice did.", content={"application/json": ref("ReprocessSlice")}
                ),
            ),
            problems=("not-found", "invalid-cursor", "too-large", "unavailable"),
        ),
    )


def _is_dry(body: dict[str, Any]) -> bool:
    dry_run = body.get("dry_run", False)
    if not isinstance(dry_run, bool):
        raise FieldError("dry_run must be true or false.", pointer="#/dry_run")
    return dry_run


def _nothing_done() -> dict[str, Any]:
    return {"audit_id": None, "done": 0, "refused": 0, "refusals": [], "next_cursor": None}


def _read_filter(given: dict[str, Any], wish: Wish) -> dict[str, Any]:
    """Returns the filter in index's words. Raises FieldError for one that is none, or of the other kind."""
    for name, value in given.items():
        known = _FILTERS.get(name)
        if known is None or not _fits(value, known.schema["type"]):
            raise FieldError(f"There is no filter {name[:60]!r} with such a value.", pointer=f"#/filter/{name[:60]}")
        read_value(known, str(value), where="#/filter/")
    if given.get("kind", wish.reprocess.kind) != wish.reprocess.kind:
        detail = f"{wish.reprocess} is a stage of a {wish.reprocess.kind}, and the filter is about the other kind."
        raise FieldError(detail, pointer="#/filter/kind")
    return index_filters(given, where="#/filter/")


def _fits(value: Any, kind: str) -> bool:
    """Whether it is a whole number, or a text that can be asked for: no NUL and no lone surrogate."""
    return type(value) is int if kind == "integer" else isinstance(value, str) and value.isprintable()
