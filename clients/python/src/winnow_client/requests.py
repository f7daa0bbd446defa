"""The requests and flows behind the methods of both clients."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import quote

from winnow_client import parts
from winnow_client.calls import UPLOAD_SECONDS, Answer, Call, call, keyed, target
from winnow_client.captions_file import CaptionsFile
from winnow_client.errors import JobFailed
from winnow_client.file_body import FileBody
from winnow_client.flows import Flow, sending
from winnow_client.following import DAY_SECONDS, Told, following
from winnow_client.generated import operations
from winnow_client.generated.models import Accepted, Correction, Delivery, Job, Media, Photo, Problem
from winnow_client.retries import Retries

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
JSON = {"Accept": "application/json"}
CaptionForm = Literal["vtt", "srt", "txt"]
EventType = Literal["media.ready", "media.failed", "photo.classified"]
"""What a webhook can be told of."""
RecordingStage = Literal["transcribe", "embed"]
PhotoStage = Literal["classify", "guidance"]
"""Where a recording or photo is processed again."""
PhotoCategory = Literal["plastic", "paper", "metal", "glass", "general"]
ItemState = Literal["clean", "dirty", "mixed", "unknown"]
_LONGEST_WAIT_SECONDS = 30


class Page(Protocol[T_co]):
    """A part of a list; ``next_cursor`` asks for the next one, None at the end."""

    @property
    def items(self) -> tuple[T_co, ...]:
        """Its items."""

    @property
    def next_cursor(self) -> str | None:
        """Where the next page begins."""


def raw(
    method: str,
    path: str,
    read: Callable[[Answer], T],
    *,
    query: Mapping[str, Any] | None = None,
    value: Any = None,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Call[T]:
    """Any request; ``value`` is sent as JSON, or ``body`` as it is."""
    sent = {"Content-Type": "application/json"} if value is not None else {}
    return Call(
        method=method,
        target=target(path, query),
        read=read,
        headers={**sent, **(headers or {})},
        body=json.dumps(value).encode() if value is not None else body,
    )


def content_of(answer: Answer) -> bytes:
    """The bytes of an answer."""
    return answer.content


def text_of(answer: Answer) -> str:
    """The text of an answer."""
    return answer.content.decode("utf-8")


def media_page(query: Mapping[str, Any]) -> Call[Page[Media]]:
    """A page of recordings."""
    return call(operations.LIST_MEDIA, query=query)


def job_page(query: Mapping[str, Any]) -> Call[Page[Job]]:
    """A page of jobs."""
    return call(operations.LIST_JOBS, query=query)


def photo_page(query: Mapping[str, Any]) -> Call[Page[Photo]]:
    """A page of photos."""
    return call(operations.LIST_PHOTOS, query=query)


def delivery_page(webhook_id: str, query: Mapping[str, Any]) -> Call[Page[Delivery]]:
    """A page of a webhook's deliveries."""
    return call(operations.LIST_WEBHOOK_DELIVERIES, query=query, webhook_id=webhook_id)


def editing(media_id: str, version: int, title: str | None, tags: Sequence[str] | None) -> Call[Media]:
    """The edit of one version of a recording or photo."""
    fields = {"title": title, "tags": tags if tags is None else list(tags)}
    value = {name: one for name, one in fields.items() if one is not None}
    headers = {"If-Match": f'"{version}"', "Content-Type": "application/merge-patch+json"}
    return call(operations.EDIT_MEDIA, value=value, headers=headers, media_id=media_id)


def reprocessing(media_id: str, wish: Mapping[str, Any]) -> Call[Job]:
    """A further run of a recording or photo; ``wish`` says from which stage on, and how."""
    value = {name: one for name, one in wish.items() if one is not None}
    return call(operations.REPROCESS_MEDIA, value=value, media_id=media_id)


def correcting(
    photo_id: str, category: PhotoCategory, item: str | None, state: ItemState | None, note: str | None
) -> Call[Correction]:
    """What is really on a photo."""
    fields = {"correct_category": category, "correct_item": item, "correct_state": state, "note": note}
    value = {name: one for name, one in fields.items() if one is not None}
    return call(operations.CORRECT_PHOTO, value=value, photo_id=photo_id)


def captions(media_id: str, form: CaptionForm) -> Call[str]:
    """A transcript as text."""
    path = operations.GET_TRANSCRIPT_FORM.path.format(media_id=quote(media_id, safe=""), form=form)
    return raw("GET", path, text_of)


def uploading(
    body: FileBody,
    key: str | None,
    again: bool,
    options: Mapping[str, Any],
    retries: Retries,
    captions: CaptionsFile | None = None,
) -> Flow[tuple[Accepted, bool]]:
    """Sends a recording: a large one, and one with captions, in parts, any other in one request. Returns its job, and
    whether the account had stored the file already.
    """
    if body.size_bytes > parts.LARGE_BYTES or captions is not None:
        return (yield from parts.sending_parts(body, key, again, options, retries, captions))
    return (yield from sending(call(operations.UPLOAD_MEDIA, **_upload(body, key, options)), retries)), False


def linking(source_url: str, title: str | None, key: str | None, options: Mapping[str, Any]) -> Call[Accepted]:
    """Sends a link to a recording."""
    fields = {"source_url": source_url, "title": title, **options}
    value = {name: one for name, one in fields.items() if one is not None}
    return call(operations.UPLOAD_MEDIA, value=value, headers=keyed(key))


def send_photo(
    body: FileBody, key: str | None, wait_seconds: float, options: Mapping[str, Any]
) -> Call[Photo | Accepted]:
    """The upload of a photo, which is answered with the photo itself if it is ready within ``wait_seconds``."""
    upload = _upload(body, key, options)
    headers = {**upload["headers"], "Prefer": f"wait={min(round(wait_seconds), _LONGEST_WAIT_SECONDS)}"}
    return call(operations.SEND_PHOTO, **{**upload, "headers": headers})


def _upload(body: FileBody, key: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
    query = {"filename": body.name, **options}
    if isinstance(query.get("metadata"), Mapping):
        query["metadata"] = json.dumps(query["metadata"])
    headers = {
        **keyed(key),
        "Content-Length": str(body.size_bytes),
        "Content-Type": body.content_type,
    }
    return {"query": query, "headers": headers, "body": body, "silence_seconds": UPLOAD_SECONDS}


def waiting(job_id: str, on_progress: Told | None, limit_seconds: float | None) -> Flow[Job]:
    """Waits for a job's end. Raises JobFailed unless it is done, and as ``following``."""
    job = yield from following(job_id, on_progress or (lambda job: None), limit_seconds or DAY_SECONDS)
    if job.status != "done":
        raise job_error(job_id, job.status, job.error)
    return job


def sorting(
    body: FileBody, key: str | None, options: Mapping[str, Any], retries: Retries, limit_seconds: float | None
) -> Flow[Photo]:
    """Sends a photo and waits for what is on it. Raises JobFailed if that cannot be said."""
    wait_seconds = limit_seconds or _LONGEST_WAIT_SECONDS
    found = yield from sending(send_photo(body, key, wait_seconds, options), retries)
    if isinstance(found, Accepted):
        yield from waiting(found.job_id, None, limit_seconds)
        found = yield from sending(call(operations.GET_PHOTO, photo_id=found.media_id), retries)
    if found.status == "failed":
        raise job_error(found.job_id, found.status, found.error)
    return found


def job_error(job_id: str, status: str, error: Problem | None) -> JobFailed:
    """The error of a job that ended as ``status``."""
    if error is None:
        return JobFailed(f"The job {job_id} ended as {status}.", code=status)
    raised = JobFailed(error.detail, code=error.code, hint=error.hint)
    raised.retryable = error.retryable
    return raised
