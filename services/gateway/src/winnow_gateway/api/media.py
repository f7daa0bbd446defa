"""/v1/media…: the list, one media, its deletion, and its transcript in four forms."""

from flask import Response

from winnow_captions import writing
from winnow_contracts.errors import BadInput
from winnow_gateway.api.list_filters import (
    CURSOR,
    LIMIT,
    MEDIA_FACETS,
    MEDIA_FILTERS,
    facets_of,
    next_link,
    read_filters,
)
from winnow_gateway.api.media_edits import etag
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.job_control import JobSteering
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer

_MIMETYPES = writing.MIMETYPES
_FORMS = {mimetype: form for form, mimetype in _MIMETYPES.items()}
_TRANSCRIPT = ApiAnswer(
    status=200,
    about="What is said, with times in milliseconds; no segments means silence.",
    content={
        mimetype: ref("Transcript") if form == "json" else {"type": "string"} for form, mimetype in _MIMETYPES.items()
    },
)


class Media:
    """Reads and deletes media."""

    def __init__(self, reads: IndexReads, steering: JobSteering) -> None:
        self._reads = reads
        self._steering = steering

    def page(self, call: Call) -> Response:
        """Lists media, newest first."""
        filters = read_filters(call, MEDIA_FILTERS)
        page = self._reads.media_list(call.tenant_id, call.query["limit"], call.query["cursor"], **filters)
        if call.query["facets"]:
            page |= self._reads.facets(call.tenant_id, call.query["facets"].split(","), **filters)
        link = {"Link": next_link(call, MEDIA_FILTERS, page["next_cursor"])} if page["next_cursor"] else {}
        return json_answer(page, headers=link)

    def one(self, call: Call) -> Response:
        """Returns one media."""
        media = self._reads.media(call.tenant_id, call.path["media_id"])
        return json_answer(media, headers={"ETag": etag(media["version"])})

    def delete(self, call: Call) -> Response:
        """Deletes one media."""
        self._steering.delete(call.tenant_id, call.path["media_id"], call.principal.key_id)
        return Response(status=204)

    def transcript(self, call: Call) -> Response:
        """Returns the transcript in the form that Accept names; JSON if any form will do."""
        best = call.request.accept_mimetypes.best_match(list(_FORMS))
        if best is None and call.request.accept_mimetypes:
            raise BadInput(
                f"A transcript comes as {', '.join(_FORMS)}.",
                code="not-acceptable",
                hint="Or ask for .json .vtt .srt .txt.",
            )
        return self._transcript(call, _FORMS[best or "application/json"])

    def transcript_form(self, call: Call) -> Response:
        """Returns the transcript in the form that the URL names."""
        return self._transcript(call, call.path["form"])

    def _transcript(self, call: Call, form: str) -> Response:
        transcript = self._reads.transcript(call.tenant_id, call.path["media_id"])
        match form:
            case "vtt":
                text = writing.vtt(transcript)
            case "srt":
                text = writing.srt(transcript)
            case "txt":
                text = writing.txt(transcript)
            case _:
                return json_answer(transcript, headers={"Vary": "Accept"})
        response = Response(text, mimetype=_MIMETYPES[form])
        response.headers["Vary"] = "Accept"
        return response


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on media."""
    media = Media(parts.reads, parts.steering)
    base = "/v1/media/{media_id}"
    return (
        Operation(
            name="list_media",
            method="GET",
            path="/v1/media",
            about="The recordings and photos, newest first.",
            handler=media.page,
            query=(LIMIT, CURSOR, *MEDIA_FILTERS, facets_of(MEDIA_FACETS)),
            answers=(ApiAnswer(status=200, about="A page.", content={"application/json": ref("MediaPage")}),),
            problems=("invalid-cursor", "unavailable"),
        ),
        Operation(
            name="get_media",
            method="GET",
            path=base,
            about="One recording or photo; its ETag changes with its title and tags.",
            handler=media.one,
            answers=(
                ApiAnswer(status=200, about="It.", content={"application/json": ref("Media")}, headers=("ETag",)),
            ),
            problems=("not-found", "gone", "unavailable"),
        ),
        Operation(
            name="delete_media",
            method="DELETE",
            path=base,
            about="Delete a recording or photo with everything that was made and told of it. It is not found from then"
            " on; its files are gone within minutes. What still runs of it ends, and nothing of that is kept.",
            handler=media.delete,
            scope="write",
            answers=(ApiAnswer(status=204, about="It is deleted.", content={}),),
            problems=("not-found", "gone", "unavailable"),
        ),
        Operation(
            name="get_transcript",
            method="GET",
            path=f"{base}/transcript",
            about="What is said in it, as Accept asks.",
            handler=media.transcript,
            answers=(_TRANSCRIPT,),
            problems=("not-found", "gone", "not-acceptable", "not-ready", "unavailable"),
        ),
        Operation(
            name="get_transcript_form",
            method="GET",
            path=f"{base}/transcript.{{form}}",
            about="What is said in it, as JSON, WebVTT, SubRip or plain text.",
            handler=media.transcript_form,
            answers=(_TRANSCRIPT,),
            problems=("not-found", "gone", "not-ready", "unavailable"),
        ),
    )
