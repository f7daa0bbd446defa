"""Requests about media and transcripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaKeys:
    """Store keys of a media's objects; None for one that does not exist, or not yet."""

    original: str | None = None
    poster: str | None = None
    thumbnail: str | None = None
    rendition: str | None = None
    rendition_type: str | None = None
    """The rendition's content type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How much of a recording is speech: ``ratio`` is its share, 0..1."""

    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaView:
    """One media. ``kind`` is recording, photo or drill; ``status`` is processing, ready or failed.

    ``version`` counts edits of its title and tags.
    ``content_type`` is empty while index has a result and not yet the acceptance. Times are RFC 3339 in UTC.
    """

    id: str
    kind: str
    title: str
    filename: str
    content_type: str
    size_bytes: int
    has_video: bool | None
    duration_ms: int | None
    language: str | None
    status: str
    job_id: str
    created_at: str
    speech: Speech | None = None
    warnings: tuple[str, ...] = ()
    has_transcript: bool = False
    tags: tuple[str, ...] = ()
    version: int = 0
    keys: MediaKeys = MediaKeys()


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPage:
    """Media, newest first; ``next_cursor`` is None on the last page."""

    items: tuple[MediaView, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordView:
    """A spoken word; ``confidence`` 0..1."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentView:
    """The ``n``-th segment of a transcript."""

    n: int
    text: str
    start_ms: int
    end_ms: int
    words: tuple[WordView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptView:
    """The transcript of a recording; ``model`` is the id of the speech model."""

    media_id: str
    language: str
    duration_ms: int
    model: str
    segments: tuple[SegmentView, ...]
    speech: Speech | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMedia(IndexRequest[MediaPage]):
    """Request a page of a tenant's media; ``status``, ``kind`` and ``language`` as in ``MediaView``.

    ``tag`` is one of its tags, and each word of ``title`` a part of its title. Times are Unix milliseconds, the end is
    not included; durations are in milliseconds and included.

    Refused with ``invalid-cursor``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/media")

    tenant_id: str
    limit: int = 20
    cursor: str | None = None
    status: str | None = None
    kind: str | None = None
    language: str | None = None
    tag: str | None = None
    title: str | None = None
    created_after_ms: int | None = None
    created_before_ms: int | None = None
    min_duration_ms: int | None = None
    max_duration_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMedia(IndexRequest[MediaView]):
    """Request one media. Refused with ``not-found``, also for another tenant's media, and with ``gone``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/media/{media_id}")

    tenant_id: str
    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMedia(IndexRequest[MediaView]):
    """Set a media's title and tags, if it still has this ``version``; what is None stays.

    Refused with ``not-found``, also for another tenant's media, ``gone`` and ``precondition-failed``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/media/{media_id}/edit")

    tenant_id: str
    media_id: str
    version: int
    title: str | None = None
    tags: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTranscript(IndexRequest[TranscriptView]):
    """Request a media's transcript. Refused with ``not-found``, and with ``not-ready`` while there is none."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/media/{media_id}/transcript")

    tenant_id: str
    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedJobs:
    """The ids of jobs whose media were deleted. Nothing of them runs or is stored any more."""

    job_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMedia(IndexRequest[DeletedJobs]):
    """Delete a media with everything that was made and told of it, for the key ``who``. Of one ``kind``, or of any.

    With ``job_id`` this works before index knows the media. Refused with ``not-found``, also for another tenant's
    media, and with ``gone``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/media/{media_id}/delete")

    tenant_id: str
    media_id: str
    who: str
    job_id: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindDeletedJobs(IndexRequest[DeletedJobs]):
    """Request which of these jobs were deleted."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/jobs/deleted")

    job_ids: Sequence[str]


REQUESTS = (ListMedia, ReadMedia, ReadTranscript, EditMedia, DeleteMedia, FindDeletedJobs)
