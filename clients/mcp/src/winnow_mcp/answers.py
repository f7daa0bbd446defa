"""What the tools answer. Times are milliseconds from a recording's beginning; ``url`` opens the page there."""

from dataclasses import dataclass

from winnow_client.generated.models import Job, Media, TranscriptSegment

_EARLIER_MS = 300
"""A player that opens a little early does not cut the first word."""


@dataclass(frozen=True, kw_only=True)
class SaidMoment:
    """Where something is said."""

    media_id: str
    title: str
    at: str
    start_ms: int
    end_ms: int
    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class SearchAnswer:
    """The moments found, the best first. ``found_without`` says what could not be used, such as meaning."""

    moments: list[SaidMoment]
    found_without: list[str]


@dataclass(frozen=True, kw_only=True)
class SaidSegment:
    """A segment of a transcript."""

    at: str
    start_ms: int
    end_ms: int
    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class TranscriptAnswer:
    """A part of what is said. ``continue_from_ms`` is the ``from_ms`` that reads on; null at the end."""

    media_id: str
    title: str
    language: str
    duration_ms: int
    segments: list[SaidSegment]
    continue_from_ms: int | None


@dataclass(frozen=True, kw_only=True)
class JobAnswer:
    """How a job stands. ``stages`` are in the order of work; ``problem`` says why it failed."""

    job_id: str
    media_id: str
    status: str
    stages: dict[str, str]
    seconds_left: int | None
    problem: str | None


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recording."""

    media_id: str
    job_id: str
    title: str
    kind: str
    status: str
    language: str | None
    duration_ms: int | None
    has_transcript: bool
    created_at: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ListAnswer:
    """Recordings, newest first; ``there_are_more`` if a larger limit would show more."""

    recordings: list[Recording]
    there_are_more: bool


def clock(at_ms: int) -> str:
    """A time as people write it: ``1:02:03``."""
    minutes, seconds = divmod(at_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def segment_answer(segment: TranscriptSegment, page: str) -> SaidSegment:
    """A segment, with the link into ``page``, the recording's address."""
    return SaidSegment(
        at=clock(segment.start_ms),
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        text=segment.text.strip(),
        url=f"{page}?t={max(0, segment.start_ms - _EARLIER_MS) / 1000:.1f}",
    )


def job_answer(job: Job) -> JobAnswer:
    """A job in a few words."""
    return JobAnswer(
        job_id=job.id,
        media_id=job.media_id,
        status=job.status,
        stages={stage.name: _stage(stage.status, stage.progress) for stage in job.stages},
        seconds_left=job.eta.seconds if job.eta else None,
        problem=f"{job.error.detail} {job.error.hint}".strip() if job.error else None,
    )


def recording_answer(media: Media, address: str) -> Recording:
    """A recording in a few words."""
    return Recording(
        media_id=media.id,
        job_id=media.job_id,
        title=media.title,
        kind=media.kind,
        status=media.status,
        language=media.language,
        duration_ms=media.duration_ms,
        has_transcript=media.has_transcript,
        created_at=media.created_at,
        url=f"{address}{media.play_url}",
    )


def _stage(status: str, progress: float | None) -> str:
    return f"{status}, {progress:.0%}" if status == "running" and progress is not None else status
