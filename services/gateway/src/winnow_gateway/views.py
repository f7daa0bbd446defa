"""What people see of media, jobs and hits: index's answers with links, and the same views of a job just accepted."""

import time
from typing import Any

from winnow_chassis.depths import LaneDepth
from winnow_chassis.intake import AcceptedJob
from winnow_contracts.problems import PROBLEMS, TYPE_BASE
from winnow_contracts.stages import PHOTO_STAGES, stages

PLAY_LEAD_MS = 300
"""A play link begins this much before the moment, so that its first word is heard whole."""

FINAL = frozenset({"done", "failed", "cancelled"})
"""The states a job ends in."""

_STOPPED = frozenset({"running", "retrying", "failed"})


def public_media(view: dict[str, Any]) -> dict[str, Any]:
    """Index's ``MediaView`` without store keys, with ``links`` and the addresses of stream, poster and thumbnail.

    Of a photo, with the addresses that photos have.
    """
    keys = view.get("keys") or {}
    base = f"/v1/media/{view['id']}"
    shown = {name: value for name, value in view.items() if name != "keys"}
    if view.get("kind") == "photo":
        return shown | _photo_addresses(view)
    playable = view["status"] == "ready" and (keys.get("rendition") or keys.get("original"))
    shown |= {
        "stream_url": f"{base}/stream" if playable else None,
        "poster_url": f"{base}/poster" if keys.get("poster") else None,
        "thumbnail_url": f"{base}/thumbnail" if keys.get("thumbnail") else None,
        "play_url": f"/m/{view['id']}",
        "links": {"self": base, "transcript": f"{base}/transcript", "job": f"/v1/jobs/{view['job_id']}"},
    }
    return shown


def _photo_addresses(view: dict[str, Any]) -> dict[str, Any]:
    base = f"/v1/photos/{view['id']}"
    ready = view["status"] == "ready"
    return {
        "stream_url": None,
        "poster_url": f"{base}/image" if ready else None,
        "thumbnail_url": f"{base}/thumbnail" if ready else None,
        "play_url": f"/p/{view['id']}",
        "links": {"self": f"/v1/media/{view['id']}", "photo": base, "job": f"/v1/jobs/{view['job_id']}"},
    }


def public_job(view: dict[str, Any]) -> dict[str, Any]:
    """Index's ``JobView`` with ``links``, its ``error`` (if any) as a whole problem object.

    Work that a cancellation stopped is shown as cancelled at once, whether or not it has stopped yet.
    """
    base = f"/v1/jobs/{view['id']}"
    links = {
        "self": base,
        "events": f"{base}/events",
        "trace": f"{base}/trace",
        "media": f"/v1/media/{view['media_id']}",
    }
    photo = [stage["name"] for stage in view["stages"]] == list(PHOTO_STAGES.values())
    if photo:
        links["photo"] = f"/v1/photos/{view['media_id']}"
    if view["status"] == "done":
        links["result"] = links["photo" if photo else "media"]
    shown = view["stages"]
    if view["status"] == "cancelled":
        shown = [{**stage, "status": "cancelled"} if stage["status"] in _STOPPED else stage for stage in shown]
    return {**view, "stages": shown, "error": whole_problem(view.get("error"), base), "links": links}


def public_dead(item: dict[str, Any]) -> dict[str, Any]:
    """A dead task with ``links``, its ``problem`` as a whole problem object."""
    base = f"/v1/ops/dead/{item['task_id']}"
    links = {"self": base, "trace": f"/v1/ops/jobs/{item['job_id']}/trace"}
    return {**item, "problem": whole_problem(item.get("problem"), base), "links": links}


def public_lane(lane: str, since_ms: int | None, depth: LaneDepth | None) -> dict[str, Any]:
    """A lane, paused since ``since_ms`` (None: not); what is not known of it is null."""
    return {
        "lane": lane,
        "paused_since": None if since_ms is None else instant(since_ms),
        "ready": None if depth is None else depth.ready,
        "consumers": None if depth is None else depth.consumers,
    }


def public_hits(answer: dict[str, Any]) -> dict[str, Any]:
    """Index's search answer with ``thumbnail_url`` and ``play_url`` on every moment."""
    items = []
    for item in answer.get("items", []):
        media_id = item["media_id"]
        thumbnail = None if item.get("kind") == "audio" else f"/v1/media/{media_id}/thumbnail"
        moments = [
            {**moment, "thumbnail_url": thumbnail, "play_url": play_url(media_id, _spoken_ms(moment))}
            for moment in item.get("moments", [])
        ]
        items.append({**item, "moments": moments})
    return {**answer, "items": items}


def play_url(media_id: str, at_ms: int) -> str:
    """The page that plays ``media_id`` from ``PLAY_LEAD_MS`` before ``at_ms``, in seconds rounded down to a tenth."""
    tenths = max(at_ms - PLAY_LEAD_MS, 0) // 100
    return f"/m/{media_id}?t={tenths // 10}.{tenths % 10}"


def whole_problem(problem: dict[str, Any] | None, instance: str) -> dict[str, Any] | None:
    """A problem object (RFC 9457) from the code, detail and hint that travel in events."""
    if problem is None:
        return None
    code = str(problem.get("code", "internal"))
    kind = PROBLEMS.get(code, PROBLEMS["internal"])
    whole = {"type": TYPE_BASE + code, "title": kind.title, "status": kind.status, "detail": "", "hint": ""}
    return {**whole, "retryable": False, **problem, "code": code, "instance": instance}


def accepted_media(job: AcceptedJob) -> dict[str, Any]:
    """The ``MediaView`` of a job that index has not heard of yet."""
    command, accepted = job.command, job.accepted
    return {
        "id": command.media_id,
        "kind": accepted.kind,
        "title": accepted.title,
        "filename": accepted.filename,
        "content_type": accepted.content_type,
        "size_bytes": accepted.size_bytes,
        "has_video": None,
        "duration_ms": None,
        "language": accepted.language,
        "status": "processing",
        "job_id": command.job_id,
        "created_at": instant(accepted.created_ms),
        "speech": None,
        "warnings": [],
        "has_transcript": False,
        "keys": {},
    }


def accepted_job(job: AcceptedJob) -> dict[str, Any]:
    """The ``JobView`` of a job that index has not heard of yet."""
    waiting = [
        {"name": name, "status": "waiting", "ms": None, "progress": None, "reason": None}
        | {"heard_seconds": None, "of_seconds": None}
        for name in stages(job.accepted.kind).values()
    ]
    return {
        "id": job.command.job_id,
        "media_id": job.command.media_id,
        "status": "queued",
        "run": 1,
        "created_at": instant(job.accepted.created_ms),
        "finished_at": None,
        "stages": waiting,
        "error": None,
        "warnings": [],
        "eta": None,
    }


def instant(at_ms: int) -> str:
    """Unix milliseconds as RFC 3339 in UTC."""
    seconds, rest_ms = divmod(at_ms, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest_ms:03d}Z"


def _spoken_ms(moment: dict[str, Any]) -> int:
    """Where the matched word is spoken, or the passage begins if the hit is by meaning alone."""
    word_ms = moment.get("word_start_ms")
    return int(moment["start_ms"] if word_ms is None else word_ms)
