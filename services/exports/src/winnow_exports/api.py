"""The operations that export, which the gateway finds by this module's entry point."""

from collections.abc import Iterator

from flask import Response

from winnow_base.http.detached_body import DetachedBody
from winnow_base.http.long_requests import LongRequests
from winnow_contracts.index_api.media import MediaView
from winnow_exports.contents import Contents, created_ms
from winnow_exports.zip_stream import Member, zip_pieces
from winnow_gateway.api.schema_parts import Schema
from winnow_gateway.api.serving import FileServing, disposition
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_gateway.uploads.filenames import title_of
from winnow_photos.files import WARNING
from winnow_photos.photo_reads import PhotoReads

SCHEMAS: dict[str, Schema] = {}
_ZIP = "application/zip"
_PER_KEY, _IN_ALL = 4, 32
"""Exports that a process sends at a time: fewer than plays, because each is sent as fast as its client takes it."""
_ORIGINAL = QueryParameter(
    name="original",
    about="false: without the file as it was sent.",
    schema={"type": "string", "enum": ["true", "false"], "default": "true"},
)


def operations(
    settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies, serving: FileServing
) -> tuple[Operation, ...]:
    """The operations that export one media."""
    contents = Contents(parts.objects, parts.reads, PhotoReads(parts.index, parts.intake, parts.reads))
    open_exports = LongRequests("exports", per_key=_PER_KEY, total=_IN_ALL)

    def export(call: Call, media_id: str, kind: str | None) -> Response:
        original = call.query["original"] == "true"
        view, members = contents.of(call.tenant_id, media_id, kind=kind, original=original)
        headers = {
            "Content-Type": _ZIP,
            "Content-Disposition": disposition("attachment", f"{title_of(view.filename) or view.id}.zip"),
            **({"Winnow-Warning": WARNING} if view.kind == "photo" and original else {}),
        }
        if call.request.method == "HEAD":
            return Response(headers=headers)
        body = open_exports.answer(call.principal.key_id, lambda: _body(view, members))
        return Response(body, headers=headers, direct_passthrough=True)

    def operation(name: str, path: str, handler_kind: str | None, about: str) -> Operation:
        one = path.partition("{")[2].partition("}")[0]
        return Operation(
            name=name,
            method="GET",
            path=path,
            about=about,
            handler=lambda call: export(call, call.path[one], handler_kind),
            query=(_ORIGINAL,),
            answers=(
                ApiAnswer(
                    status=200,
                    about="A ZIP file, sent while it is made: media.json, transcripts, pictures and the original.",
                    content={_ZIP: {"type": "string", "format": "binary"}},
                    headers=("Content-Disposition",),
                ),
            ),
            problems=("not-found", "gone", "not-ready", "rate-limited", "unavailable"),
        )

    return (
        operation(
            "export_media",
            "/v1/media/{media_id}/export",
            None,
            "All that is known of a recording or photo, with the history of its job, as a ZIP file.",
        ),
        operation(
            "export_photo",
            "/v1/photos/{photo_id}/export",
            "photo",
            "All that is known of a photo, as export_media. The original may tell where it was taken.",
        ),
    )


def _body(view: MediaView, members: list[Member]) -> DetachedBody:
    return DetachedBody(zip_pieces(_given_up(members), created_ms(view)))


def _given_up(members: list[Member]) -> Iterator[Member]:
    """Each member once: its text is not held while those that follow are sent, which may take hours."""
    members.reverse()
    while members:
        yield members.pop()
