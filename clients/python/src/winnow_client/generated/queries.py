"""What the queries of operations take. Made from the OpenAPI document by tools/apitypes: do not edit."""

from collections.abc import Mapping
from typing import Any, Literal, TypedDict


class FollowAccountQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/events``; None leaves one out."""

    after: str | None
    """The id after which to begin; else from now on."""
    status: Literal["scheduled", "queued", "running", "done", "failed", "cancelled"] | None
    """Only the events of jobs that become this."""


class ListFeedbackQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/feedback``; None leaves one out."""

    limit: int | None
    """Items a page."""
    cursor: str | None
    """The next_cursor of the page before."""


class ListJobsQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/jobs``; None leaves one out."""

    limit: int | None
    """Items a page."""
    cursor: str | None
    """The next_cursor of the page before."""
    status: Literal["scheduled", "queued", "running", "done", "failed", "cancelled"] | None
    """Only these."""
    metadata: Mapping[str, Any] | None
    """metadata.KEY=VALUE: only jobs whose metadata has this value under this key; up to four keys."""


class FollowJobQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/jobs/{job_id}/events``; None leaves one out."""

    after: str | None
    """With JSON: the id of the last change seen."""


class UploadMediaQuery(TypedDict, total=False):
    """Parameters of ``POST /v1/media``; None leaves one out."""

    filename: str | None
    """The file's name; needed with a raw body."""
    language: str | None
    """What is spoken, as the speech model's code for it; detected where absent."""
    audio_track: int | None
    """Which of several audio tracks to write down, 1 for the first; absent: the default one, unless it is silent."""
    priority: Literal["normal", "bulk"] | None
    """bulk: nobody waits for this job, and it stands behind all others; absent: normal."""
    not_before: str | None
    """When it may begin, with the offset from UTC, at most a year ahead; absent: at once."""
    metadata: Mapping[str, Any] | None
    """What you write on the job: a flat JSON object of up to 16 keys and 2,000 bytes; jobs are found by it."""
    track: Literal["full", "outcome"] | None
    """outcome: of its tasks only ends are recorded, neither beginnings nor steps nor progress; absent: full."""


class ListMediaQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/media``; None leaves one out."""

    limit: int | None
    """Items a page."""
    cursor: str | None
    """The next_cursor of the page before."""
    status: Literal["processing", "ready", "failed"] | None
    """Only these."""
    tag: str | None
    """Only with this tag."""
    q_title: str | None
    """Only with each of these words in the title, or as a part of its words."""
    created_after: str | None
    """Only those added at this time or later."""
    created_before: str | None
    """Only those added before this time."""
    kind: Literal["recording", "photo"] | None
    """Only these."""
    language: str | None
    """Only where this language is spoken: a code such as en."""
    min_duration_ms: int | None
    """Only of this length at least."""
    max_duration_ms: int | None
    """Only of this length at most."""
    facets: str | None
    """Count all that match by these: names of kind, language, tag, status, with commas between."""


class ExportMediaQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/media/{media_id}/export``; None leaves one out."""

    original: Literal["true", "false"] | None
    """false: without the file as it was sent."""


class SendPhotoQuery(TypedDict, total=False):
    """Parameters of ``POST /v1/photos``; None leaves one out."""

    filename: str | None
    """The file's name; needed with a raw body."""
    language: Literal["en", "ko"] | None
    """Language of the guidance; by Accept-Language where absent."""
    region: str | None
    """Whose disposal rules to use: the id of a region of GET /v1/rules."""
    priority: Literal["normal", "bulk"] | None
    """bulk: nobody waits for this job, and it stands behind all others; absent: normal."""
    not_before: str | None
    """When it may begin, with the offset from UTC, at most a year ahead; absent: at once."""
    metadata: Mapping[str, Any] | None
    """What you write on the job: a flat JSON object of up to 16 keys and 2,000 bytes; jobs are found by it."""
    track: Literal["full", "outcome"] | None
    """outcome: of its tasks only ends are recorded, neither beginnings nor steps nor progress; absent: full."""


class ListPhotosQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/photos``; None leaves one out."""

    limit: int | None
    """Items a page."""
    cursor: str | None
    """The next_cursor of the page before."""
    status: Literal["processing", "ready", "failed"] | None
    """Only these."""
    tag: str | None
    """Only with this tag."""
    q_title: str | None
    """Only with each of these words in the title, or as a part of its words."""
    created_after: str | None
    """Only those added at this time or later."""
    created_before: str | None
    """Only those added before this time."""
    category: Literal["plastic", "paper", "metal", "glass", "general"] | None
    """Only where the surest item is of this category."""
    facets: str | None
    """Count all that match by these: names of category, tag, status, with commas between."""


class ExportPhotoQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/photos/{photo_id}/export``; None leaves one out."""

    original: Literal["true", "false"] | None
    """false: without the file as it was sent."""


class ListRulesQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/rules``; None leaves one out."""

    region: str | None
    """Whose disposal rules to use: the id of a region of GET /v1/rules."""
    language: Literal["en", "ko"] | None
    """Language of the guidance; by Accept-Language where absent."""


class GetRuleQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/rules/{item}``; None leaves one out."""

    region: str | None
    """Whose disposal rules to use: the id of a region of GET /v1/rules."""
    language: Literal["en", "ko"] | None
    """Language of the guidance; by Accept-Language where absent."""


class SearchQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/search``; None leaves one out."""

    q: str | None
    """What to look for; empty is malformed."""
    mode: Literal["hybrid", "meaning", "words"] | None
    """How to look."""
    limit: int | None
    """Most hits."""
    media_id: str | None
    """Only in this media."""
    language: str | None
    """Only where this language is spoken: a code such as en."""
    kind: Literal["video", "audio"] | None
    """Only in these."""
    tag: str | None
    """Only with this tag."""
    after: str | None
    """Only in what was added at this time or later."""
    before: str | None
    """Only in what was added before this time."""
    min_duration_ms: int | None
    """Only of this length at least."""


class GetSpendingQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/spending``; None leaves one out."""

    day: str | None
    """A day in UTC; today where absent."""


class PutUploadCaptionsQuery(TypedDict, total=False):
    """Parameters of ``PUT /v1/uploads/{upload_id}/captions``; None leaves one out."""

    filename: str | None
    """The file's name: talk.vtt, talk.srt, or talk.ko.srt, which names the language."""


class ListWebhookDeliveriesQuery(TypedDict, total=False):
    """Parameters of ``GET /v1/webhooks/{webhook_id}/deliveries``; None leaves one out."""

    limit: int | None
    """Items a page."""
    cursor: str | None
    """The next_cursor of the page before."""
