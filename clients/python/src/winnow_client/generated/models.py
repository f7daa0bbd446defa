"""Answers of the API. Made from the OpenAPI document by tools/apitypes: do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """``Accepted`` of the document."""

    media_id: str
    job_id: str
    status: Literal["scheduled", "queued", "running", "done", "failed", "cancelled"]
    links: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Account:
    """``Account`` of the document."""

    account_id: str
    tenant_id: str
    name: str
    role: Literal["reader", "writer", "operator", "admin"]
    has_password: bool
    created_at: str
    disabled_at: str | None
    last_signed_in_at: str | None
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class AccountSession:
    """``AccountSession`` of the document."""

    session_id: str
    device: str
    address: str
    created_at: str
    last_seen_at: str
    expires_at: str
    is_this: bool


@dataclass(frozen=True, kw_only=True)
class AccountSessions:
    """``AccountSessions`` of the document."""

    items: tuple[AccountSession, ...]


@dataclass(frozen=True, kw_only=True)
class Captions:
    """``Captions`` of the document."""

    items: tuple[CaptionsItem, ...]


@dataclass(frozen=True, kw_only=True)
class CaptionsItem:
    """``CaptionsItem`` of the document."""

    language: str
    source: Literal["speech", "captions"]
    cues: int
    links: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Classification:
    """``Classification`` of the document."""

    items: tuple[FoundItem, ...]
    abstained: bool
    nothing: ClassificationNothing | None
    better_photo: ClassificationBetterPhoto | None
    rule: Rule | None
    guidance: Guidance | None
    language: str
    region: str
    model: str
    prompt: str
    threshold: float
    cached: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClassificationNothing:
    """``ClassificationNothing`` of the document."""

    code: Literal["no_item", "unclear", "person"]
    text: str


@dataclass(frozen=True, kw_only=True)
class ClassificationBetterPhoto:
    """``ClassificationBetterPhoto`` of the document."""

    code: Literal["label", "closer", "one_item", "brighter", "other_side"]
    text: str


@dataclass(frozen=True, kw_only=True)
class Correction:
    """``Correction`` of the document."""

    id: Any
    at: str | None = None
    correct_category: Literal["plastic", "paper", "metal", "glass", "general"] | None = None
    correct_item: str | None = None
    correct_state: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Deliveries:
    """``Deliveries`` of the document."""

    items: tuple[Delivery, ...]
    next_cursor: str | None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """``Delivery`` of the document."""

    delivery_id: str
    webhook_id: str
    type: str
    media_id: str | None
    job_id: str | None
    state: Literal["pending", "delivered", "failed", "cancelled"]
    tries: int
    created_at: str
    tried_at: str | None
    next_at: str | None
    status: int | None
    error: str
    work_id: str


@dataclass(frozen=True, kw_only=True)
class Drill:
    """``Drill`` of the document."""

    job_id: str
    links: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Episode:
    """``Episode`` of the document."""

    media_id: str
    job_id: str
    title: str
    published_at: str | None


@dataclass(frozen=True, kw_only=True)
class Feed:
    """``Feed`` of the document."""

    feed_id: str
    name: str
    host: str
    keep: int | None
    since: str | None
    created_at: str
    looking: bool
    looked_at: str | None
    next_look_at: str
    problem: str
    episodes_taken: int
    episodes_passed_over: int
    episodes_waiting: int


@dataclass(frozen=True, kw_only=True)
class FeedWithEpisodes:
    """``FeedWithEpisodes`` of the document."""

    feed_id: str
    name: str
    host: str
    keep: int | None
    since: str | None
    created_at: str
    looking: bool
    looked_at: str | None
    next_look_at: str
    problem: str
    episodes_taken: int
    episodes_passed_over: int
    episodes_waiting: int
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, kw_only=True)
class Feeds:
    """``Feeds`` of the document."""

    items: tuple[Feed, ...]


@dataclass(frozen=True, kw_only=True)
class FoundItem:
    """``FoundItem`` of the document."""

    category: Literal["plastic", "paper", "metal", "glass", "general"]
    item: str
    confidence: float
    state: Literal["clean", "dirty", "mixed", "unknown"]
    alternatives: tuple[FoundItemAlternative, ...]
    rule: Rule | None
    guidance: Guidance | None


@dataclass(frozen=True, kw_only=True)
class FoundItemAlternative:
    """``FoundItemAlternative`` of the document."""

    category: Literal["plastic", "paper", "metal", "glass", "general"]
    item: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """``Guidance`` of the document."""

    steps: tuple[GuidanceStep, ...]
    guided_by: Literal["model", "rule"]
    model: str
    language: str


@dataclass(frozen=True, kw_only=True)
class GuidanceStep:
    """``GuidanceStep`` of the document."""

    rule_step: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Hit:
    """``Hit`` of the document."""

    media_id: str
    title: str
    kind: str
    score: float
    moments: tuple[Moment, ...]


@dataclass(frozen=True, kw_only=True)
class Hits:
    """``Hits`` of the document."""

    query: str
    mode: str
    degraded: tuple[str, ...]
    items: tuple[Hit, ...]
    took_ms: float | None = None
    generation: str | None = None
    total: HitsTotal | None = None
    facets: HitsFacets | None = None


@dataclass(frozen=True, kw_only=True)
class HitsTotal:
    """``HitsTotal`` of the document."""

    value: int
    relation: Literal["eq", "gte"]


@dataclass(frozen=True, kw_only=True)
class HitsFacets:
    """``HitsFacets`` of the document."""

    language: dict[str, int]
    kind: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Job:
    """``Job`` of the document."""

    id: str
    media_id: str
    status: Literal["scheduled", "queued", "running", "done", "failed", "cancelled"]
    run: int
    created_at: str
    finished_at: str | None
    stages: tuple[Stage, ...]
    error: Problem | None
    warnings: tuple[str, ...]
    eta: JobEta | None
    priority: Literal["normal", "bulk"]
    track: Literal["full", "outcome"]
    not_before: str | None
    metadata: dict[str, Any]
    links: dict[str, str]
    degraded: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class JobEta:
    """``JobEta`` of the document."""

    seconds: int
    at: str
    ahead: int


@dataclass(frozen=True, kw_only=True)
class JobChange:
    """``JobChange`` of the document."""

    id: str
    event: str
    job: Job


@dataclass(frozen=True, kw_only=True)
class JobEvent:
    """``JobEvent`` of the document."""

    id: str | None
    event: Literal["status", "stage", "progress", "reset", "live"]
    job_id: str | None
    media_id: str | None
    run: int | None
    status: Literal["scheduled", "queued", "running", "done", "failed", "cancelled", None] | None
    stage: str | None
    progress: float | None
    at: str


@dataclass(frozen=True, kw_only=True)
class JobEvents:
    """``JobEvents`` of the document."""

    items: tuple[JobEvent, ...]
    position: str
    more: bool
    reset: bool


@dataclass(frozen=True, kw_only=True)
class JobPage:
    """``JobPage`` of the document."""

    items: tuple[Job, ...]
    next_cursor: str | None
    degraded: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LabelPage:
    """``LabelPage`` of the document."""

    items: tuple[LabelPageItem, ...]
    next_cursor: str | None


@dataclass(frozen=True, kw_only=True)
class LabelPageItem:
    """``LabelPageItem`` of the document."""

    id: Any
    at: str
    media_id: str
    image_url: str
    said: dict[str, Any]
    correct: dict[str, Any]
    note: str | None


@dataclass(frozen=True, kw_only=True)
class Media:
    """``Media`` of the document."""

    id: str
    kind: str
    title: str
    filename: str
    content_type: str
    size_bytes: int
    has_video: bool | None
    duration_ms: int | None
    language: str | None
    status: Literal["processing", "ready", "failed"]
    job_id: str
    created_at: str
    speech: MediaSpeech | None
    warnings: tuple[str, ...]
    has_transcript: bool
    tags: tuple[str, ...]
    version: int
    stream_url: str | None
    poster_url: str | None
    thumbnail_url: str | None
    play_url: str
    links: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class MediaSpeech:
    """``MediaSpeech`` of the document."""

    ratio: float | None = None


@dataclass(frozen=True, kw_only=True)
class MediaPage:
    """``MediaPage`` of the document."""

    items: tuple[Media, ...]
    next_cursor: str | None
    degraded: tuple[str, ...]
    facets: dict[str, dict[str, int]] | None = None
    total: MediaPageTotal | None = None


@dataclass(frozen=True, kw_only=True)
class MediaPageTotal:
    """``MediaPageTotal`` of the document."""

    value: int
    relation: Literal["eq", "gte"]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """``Moment`` of the document."""

    start_ms: int
    end_ms: int
    text: str
    highlights: tuple[MomentHighlight, ...]
    why: dict[str, Any]
    thumbnail_url: str | None
    play_url: str
    word_start_ms: int | None = None
    speaker: str | None = None


@dataclass(frozen=True, kw_only=True)
class MomentHighlight:
    """``MomentHighlight`` of the document."""

    from_: int
    to: int


@dataclass(frozen=True, kw_only=True)
class Photo:
    """``Photo`` of the document."""

    id: str
    job_id: str
    status: Literal["processing", "ready", "failed"]
    created_at: str
    title: str
    tags: tuple[str, ...]
    version: int
    filename: str
    content_type: str
    size_bytes: int
    width: int | None
    height: int | None
    warnings: tuple[str, ...]
    classification: Classification | None
    error: Problem | None
    spent: PhotoSpent
    feedback: tuple[Correction, ...]
    image_url: str | None
    thumbnail_url: str | None
    play_url: str
    links: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class PhotoSpent:
    """``PhotoSpent`` of the document."""

    calls: int
    cached: int
    tokens_in: int
    tokens_out: int
    audio_seconds: float
    cost_usd: float | None


@dataclass(frozen=True, kw_only=True)
class PhotoPage:
    """``PhotoPage`` of the document."""

    items: tuple[Photo, ...]
    next_cursor: str | None
    degraded: tuple[str, ...]
    facets: dict[str, dict[str, int]] | None = None
    total: PhotoPageTotal | None = None


@dataclass(frozen=True, kw_only=True)
class PhotoPageTotal:
    """``PhotoPageTotal`` of the document."""

    value: int
    relation: Literal["eq", "gte"]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """``Problem`` of the document."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    retryable: bool
    hint: str
    request_id: str | None = None
    errors: tuple[dict[str, Any], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ReprocessSlice:
    """``ReprocessSlice`` of the document."""

    audit_id: int | None
    done: int
    refused: int
    refusals: tuple[ReprocessSliceRefusal, ...]
    next_cursor: str | None
    matches: ReprocessSliceMatches | None = None


@dataclass(frozen=True, kw_only=True)
class ReprocessSliceRefusal:
    """``ReprocessSliceRefusal`` of the document."""

    target: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class ReprocessSliceMatches:
    """``ReprocessSliceMatches`` of the document."""

    value: int
    relation: Literal["eq", "gte"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """``Rule`` of the document."""

    id: str
    region: str
    level: Literal["item", "category", "general"]
    fallback: bool
    version: str
    language: str
    title: str
    bin: str
    steps: tuple[RuleStep, ...]
    caution: str
    source: RuleSource


@dataclass(frozen=True, kw_only=True)
class RuleStep:
    """``RuleStep`` of the document."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class RuleSource:
    """``RuleSource`` of the document."""

    title: str
    publisher: str
    url: str
    date: str
    checked: str


@dataclass(frozen=True, kw_only=True)
class Rules:
    """``Rules`` of the document."""

    regions: tuple[RulesRegion, ...]
    region: str
    language: str
    version: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class RulesRegion:
    """``RulesRegion`` of the document."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class SentCaptions:
    """``SentCaptions`` of the document."""

    language: str
    cues: int
    ends_ms: int


@dataclass(frozen=True, kw_only=True)
class SessionsEnded:
    """``SessionsEnded`` of the document."""

    ended: int


@dataclass(frozen=True, kw_only=True)
class Spending:
    """``Spending`` of the document."""

    day: str
    spent_usd: float
    limit_usd: float
    by_model: tuple[SpendingByModel, ...]


@dataclass(frozen=True, kw_only=True)
class SpendingByModel:
    """``SpendingByModel`` of the document."""

    model: str
    use: str
    calls: int
    cached: int
    tokens_in: int
    tokens_out: int
    audio_seconds: float
    cost_usd: float | None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """``Stage`` of the document."""

    name: str
    status: Literal["waiting", "running", "retrying", "done", "failed", "cancelled"]
    ms: int | None
    progress: float | None
    reason: str | None
    heard_seconds: float | None
    of_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Trace:
    """``Trace`` of the document."""

    job: Job
    tasks: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]
    history_note: str


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """``Transcript`` of the document."""

    media_id: str
    language: str
    duration_ms: int
    model: str
    segments: tuple[TranscriptSegment, ...]
    speech: TranscriptSpeech | None
    warnings: tuple[str, ...]
    source: Literal["speech", "captions"] | None = None


@dataclass(frozen=True, kw_only=True)
class TranscriptSegment:
    """``TranscriptSegment`` of the document."""

    n: int
    text: str
    start_ms: int
    end_ms: int
    words: tuple[TranscriptSegmentWord, ...]


@dataclass(frozen=True, kw_only=True)
class TranscriptSegmentWord:
    """``TranscriptSegmentWord`` of the document."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


@dataclass(frozen=True, kw_only=True)
class TranscriptSpeech:
    """``TranscriptSpeech`` of the document."""

    ratio: float | None = None


@dataclass(frozen=True, kw_only=True)
class Upload:
    """``Upload`` of the document."""

    id: str
    status: Literal["pending", "completed", "already-stored"]
    kind: Literal["av", "photo"]
    filename: str
    size_bytes: int
    parts: tuple[UploadPart, ...]
    links: dict[str, str]
    method: Literal["single", "multipart"] | None = None
    part_size: int | None = None
    part_count: int | None = None
    expires_at: str | None = None
    url: str | None = None
    fields: dict[str, str] | None = None
    media_id: str | None = None
    job_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class UploadPart:
    """``UploadPart`` of the document."""

    n: int
    size_bytes: int
    url: str | None = None
    etag: str | None = None


@dataclass(frozen=True, kw_only=True)
class Usage:
    """``Usage`` of the document."""

    tenant_id: str
    stored_bytes: int
    quota_bytes: int | None
    quota_set_by: str | None
    quota_set_at: str | None
    recordings: int
    photos: int
    month: str
    requests: int
    spent_usd: float
    budget_usd: float


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """``Webhook`` of the document."""

    webhook_id: str
    url: str
    types: tuple[Literal["media.ready", "photo.classified", "media.failed"], ...]
    description: str
    created_at: str
    disabled_because: str
    old_secret_until: str | None


@dataclass(frozen=True, kw_only=True)
class WebhookWithSecret:
    """``WebhookWithSecret`` of the document."""

    webhook_id: str
    url: str
    types: tuple[Literal["media.ready", "photo.classified", "media.failed"], ...]
    description: str
    created_at: str
    disabled_because: str
    old_secret_until: str | None
    secret: str | None = None


@dataclass(frozen=True, kw_only=True)
class Webhooks:
    """``Webhooks`` of the document."""

    items: tuple[Webhook, ...]


@dataclass(frozen=True, kw_only=True)
class ReadBatchAnswer:
    """``ReadBatchAnswer`` of the document."""

    batch_id: str
    open: int
    done: int
    failed: int
    cancelled: int


@dataclass(frozen=True, kw_only=True)
class BeginJobsAnswer:
    """``BeginJobsAnswer`` of the document."""

    batch_id: str
    items: tuple[Drill, ...]
    then: Drill | None = None
