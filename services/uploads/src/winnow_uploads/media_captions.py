"""/v1/media/{media_id}/captions: what a finished recording has, and captions that replace its text."""

from flask import Response

from winnow_contracts.commands import Reprocess
from winnow_gateway.api.schema_parts import COUNT, LINKS, TEXT, Schema, list_of, object_of, ref
from winnow_gateway.clients.reprocessing import Reprocessing, Wish
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_gateway.uploads.sent_captions import MOST_CAPTIONS_BYTES, captions_body, read_sent
from winnow_uploads.captions import BODY, PROBLEMS

_CAPTIONS = {
    "language": TEXT,
    "source": {**TEXT, "enum": ["speech", "captions"]},
    "cues": COUNT,
    "links": LINKS,
}
SCHEMAS: dict[str, Schema] = {"Captions": object_of({"items": list_of(object_of(_CAPTIONS))})}


def operations(parts: Dependencies, bodies: AwaitedBodies) -> tuple[Operation, ...]:
    """The operations on the captions of a recording."""
    again = Reprocessing(parts.reads, parts.intake, parts.steering)

    def look(call: Call) -> Response:
        media_id = call.path["media_id"]
        transcript = parts.reads.transcript(call.tenant_id, media_id)
        segments = transcript["segments"]
        item = {
            "language": transcript["language"],
            "source": transcript["source"],
            "cues": len(segments),
            "links": {form: f"/v1/media/{media_id}/transcript.{form}" for form in ("vtt", "srt")},
        }
        return json_answer({"items": [item] if segments else []})

    def put(call: Call) -> Response:
        tenant_id, media_id = call.tenant_id, call.path["media_id"]
        with bodies.come(call, MOST_CAPTIONS_BYTES):
            body = captions_body(call.request)
            sent = read_sent(body, f"captions.{call.path['language']}.srt", None)  # WebVTT is known by its first line
        key = sent.key(tenant_id, media_id)
        wish = Wish(reprocess=Reprocess.EMBED, captions_key=key)
        again.job_of(tenant_id, media_id, wish)  # what cannot be embedded again leaves no captions behind
        sent.store(parts.objects, key)
        job = again.begin(tenant_id, media_id, wish, call.principal.key_id)
        return json_answer(job, 202, {"Location": job["links"]["self"], "Retry-After": "1"})

    base = "/v1/media/{media_id}/captions"
    return (
        Operation(
            name="get_captions",
            method="GET",
            path=base,
            about="The captions that a recording has, and whether they were sent or heard; none where nothing is said.",
            handler=look,
            answers=(ApiAnswer(status=200, about="They.", content={"application/json": ref("Captions")}),),
            problems=("not-found", "gone", "not-ready", "unavailable"),
        ),
        Operation(
            name="put_captions",
            method="PUT",
            path=f"{base}/{{language}}",
            about="Replace what is said in a finished recording by captions in this language (WebVTT or SubRip, up to"
            " 5 MiB). What is there is served until they are embedded.",
            handler=put,
            scope="write",
            body=BODY,
            answers=(
                ApiAnswer(
                    status=202,
                    about="It will run again; the job as it was before.",
                    content={"application/json": ref("Job")},
                    headers=("Location", "Retry-After"),
                ),
            ),
            problems=("not-found", "gone", "job-running", "not-ready", *PROBLEMS),
        ),
    )
