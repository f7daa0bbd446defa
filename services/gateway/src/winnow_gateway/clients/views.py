"""Public views of media, jobs and hits: index's answers with links, and the views of jobs just accepted."""

import time
from typing import Any

from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.dead_tasks import EndedTask
from winnow_contracts.index_api.jobs import JobView, Problem, StageView
from winnow_contracts.index_api.media import MediaView
from winnow_contracts.index_api.search import Hits, HitView, MomentView
from winnow_contracts.index_api.trace import TraceView
from winnow_contracts.problems import PROBLEMS, TYPE_BASE
from winnow_contracts.stages import FETCH_STAGES, PHOTO_STAGES, stages
from winnow_journal.codec import plain

PLAY_LEAD_MS = 300
"""A play link starts this much before the moment, so that its first word is heard whole."""

FINAL = frozenset({"done", "failed", "cancelled"})
"""The states a job ends in."""

_STOPPED = frozenset({"running", "retrying", "failed"})


def public_media(view: MediaView) -> dict[str, Any]:
    """A media without store keys, with ``links`` and the addresses of stream, poster and thumbnail.

    Of a photo, with the addresses that photos have.
    """
    keys, base = view.keys, f"/v1/media/{view.id}"
    shown: dict[str, Any] = plain(view)
    del shown["keys"]
    if view.kind == "photo":
        return shown | _photo_addresses(view)
    playable = view.status == "ready" and (keys.rendition or keys.original)
    return shown | {
        "stream_url": f"{base}/stream" if playable else None,
        "poster_url": f"{base}/poster" if keys.poster else None,
        "thumbnail_url": f"{base}/thumbnail" if keys.thumbnail else None,
        "play_url": f"/m/{view.id}",
        "links": {"self": base, "transcript": f"{base}/transcript", "job": f"/v1/jobs/{view.job_id}"},
    }


def _photo_addresses(view: MediaView) -> dict[str, Any]:
    base = f"/v1/photos/{view.id}"
    ready = view.status == "ready"
    return {
        "stream_url": None,
        "poster_url": f"{base}/image" if ready else None,
        "thumbnail_url": f"{base}/thumbnail" if ready else None,
        "play_url": f"/p/{view.id}",
        "links": {"self": f"/v1/media/{view.id}", "photo": base, "job": f"/v1/jobs/{view.job_id}"},
    }


def public_job(view: JobView) -> dict[str, Any]:
    """Returns a job with ``links``, and its ``error`` (if any) as a whole problem object.

    A cancelled job is shown as cancelled at once, whether or not its work has stopped yet.
    """
    base = f"/v1/jobs/{view.id}"
    links = {
        "self": base,
        "events": f"{base}/events",
        "trace": f"{base}/trace",
        "media": f"/v1/media/{view.media_id}",
    }
    photo = {stage.name for stage in view.stages} >= set(PHOTO_STAGES.values())
    if photo:
        links["photo"] = f"/v1/photos/{view.media_id}"
    if view.status == "done":
        links["result"] = links["photo" if photo else "media"]
    shown: dict[str, Any] = plain(view)
    if view.status == "cancelled":
        stopped = [{**one, "status": "cancelled"} if one["status"] in _STOPPED else one for one in shown["stages"]]
        shown["stages"] = stopped
    return {**shown, "error": whole_problem(view.error, base), "links": links}


def public_trace(trace: TraceView) -> dict[str, Any]:
    """Returns a job's whole history, with the job in its public view."""
    return {**plain(trace), "job": public_job(trace.job)}


def public_dead(task: EndedTask) -> dict[str, Any]:
    """Returns a dead task with ``links``, and its ``problem`` as a whole problem object."""
    base = f"/v1/ops/dead/{task.task_id}"
    links = {"self": base, "trace": f"/v1/ops/jobs/{task.job_id}/trace"}
    return {**plain(task), "problem": whole_problem(task.problem, base), "links": links}


def public_lane(lane: str, since_ms: int | None, depth: LaneDepth | None) -> dict[str, Any]:
    """Returns a lane, paused since ``since_ms`` (None: not paused); unknown figures are null."""
    return {
        "lane": lane,
        "paused_since": None if since_ms is None else instant(since_ms),
        "ready": None if depth is None else depth.ready,
        "consumers": None if depth is None else depth.consumers,
    }


def public_hits(hits: Hits) -> dict[str, Any]:
    """Returns the hits, with ``thumbnail_url`` and ``play_url`` on every moment."""
    return {**plain(hits), "items": [_public_hit(hit) for hit in hits.items]}


def _public_hit(hit: HitView) -> dict[str, Any]:
    thumbnail = None if hit.kind == "audio" else f"/v1/media/{hit.media_id}/thumbnail"
    moments = [
        {
            **plain(moment),
            "why": without_none(moment.why),
            "thumbnail_url": thumbnail,
            "play_url": play_url(hit.media_id, _spoken_ms(moment)),
        }
        for moment in hit.moments
    ]
    return {**plain(hit), "moments": moments}


def without_none(view: object) -> dict[str, Any]:
    """Returns a view as JSON without the fields that are None."""
    return {name: value for name, value in plain(view).items() if value is not None}


def play_url(media_id: str, at_ms: int) -> str:
    """The page that plays ``media_id`` from ``PLAY_LEAD_MS`` before ``at_ms``, in seconds rounded down to a tenth."""
    tenths = max(at_ms - PLAY_LEAD_MS, 0) // 100
    return f"/m/{media_id}?t={tenths // 10}.{tenths % 10}"


def whole_problem(problem: Problem | None, instance: str) -> dict[str, Any] | None:
    """Returns a problem object (RFC 9457) from the code, detail and hint that events carry."""
    if problem is None:
        return None
    kind = PROBLEMS.get(problem.code, PROBLEMS["internal"])
    return {
        "type": TYPE_BASE + problem.code,
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
        "hint": problem.hint,
        "retryable": problem.retryable,
        "code": problem.code,
        "instance": instance,
    }


def accepted_media(job: AcceptedJob) -> MediaView:
    """Returns the media of a job that index does not know yet."""
    command, accepted = job.command, job.accepted
    return MediaView(
        id=command.media_id,
        kind=accepted.kind,
        title=accepted.title,
        filename=accepted.filename,
        content_type=accepted.content_type,
        size_bytes=accepted.size_bytes,
        has_video=None,
        duration_ms=None,
        language=accepted.language,
        status="processing",
        job_id=command.job_id,
        created_at=instant(accepted.created_ms),
    )


def accepted_job(job: AcceptedJob) -> JobView:
    """Returns the job as it is before index knows it."""
    not_before_ms = job.accepted.options.not_before_ms
    names = stages(job.accepted.kind, by_link=job.command.ACTOR in FETCH_STAGES).values()
    return JobView(
        id=job.command.job_id,
        media_id=job.command.media_id,
        status="scheduled" if not_before_ms > now_ms() else "queued",
        run=1,
        created_at=instant(job.accepted.created_ms),
        stages=tuple(StageView(name=name, status="waiting") for name in names),
        priority=job.accepted.priority.value,
        not_before=instant(not_before_ms) if not_before_ms else None,
        metadata=dict(job.accepted.options.metadata),
        track=job.accepted.options.track.value,
    )


def instant(at_ms: int) -> str:
    """Formats Unix milliseconds as RFC 3339 in UTC."""
    seconds, rest_ms = divmod(at_ms, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest_ms:03d}Z"


def _spoken_ms(moment: MomentView) -> int:
    """Returns when the matched word is spoken, or when the passage begins if the hit is by meaning alone."""
    return moment.start_ms if moment.word_start_ms is None else moment.word_start_ms
