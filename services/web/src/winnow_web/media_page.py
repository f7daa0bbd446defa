"""The page of one recording: player, transcript, and the progress of its job."""

import math
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.errors import Conflict, WinnowError
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.views import FINAL
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_web.auth import Visitors
from winnow_web.excerpts import spoken_pieces

RIBBON_UNITS = 1000
"""Width of the speech ribbon in its own units."""


def add_pages(blueprint: Blueprint, visitors: Visitors, parts: Dependencies) -> None:
    """Adds ``/m/<media_id>``."""
    reads = parts.reads

    @blueprint.get("/m/<media_id>")
    def watch(media_id: str) -> str | Response:
        visitor = visitors.current()
        check_path({"media_id": media_id})
        media = reads.media(visitor.tenant_id, media_id)
        if media["kind"] == "photo":
            return redirect(media["play_url"], 303)
        ready = media["status"] == "ready"
        transcript = _transcript(reads, visitor.tenant_id, media) if ready else None
        job = None if ready else job_of(reads, visitor.tenant_id, media)
        after_run = after_run_of(request.args.get("again"), job)
        return render_template(
            "web/watch.html",
            media=media,
            job=None if after_run else job,
            state="processing" if after_run else state_of(media, job),
            after_run=after_run,
            may_steer=visitor.may("write"),
            transcript=transcript,
            segments=_segments(transcript),
            ribbon=_ribbon(transcript, media),
            start_seconds=start_seconds(request.args.get("t")),
        )


def state_of(media: dict[str, Any], job: dict[str, Any] | None) -> str:
    """Returns a media's state, ``ready``, ``processing``, ``failed`` or ``cancelled``; its job's state if that says
    more.
    """
    if media["status"] == "ready" or job is None or job["status"] == "done":
        return str(media["status"])
    return str(job["status"]) if job["status"] in ("failed", "cancelled") else "processing"


def after_run_of(asked: str | None, job: dict[str, Any] | None) -> int:
    """Returns the ended run to ignore, because the next was requested and has not begun; 0 if the run has begun."""
    waits = job is not None and job["status"] in FINAL and asked == str(job["run"])
    return int(job["run"]) if job is not None and waits else 0


def start_seconds(text: str | None) -> float:
    """Returns the second that ``?t=`` names; 0 if it is not a number of seconds."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return round(value, 3) if math.isfinite(value) and value > 0 else 0.0


def _transcript(reads: IndexReads, tenant_id: str, media: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the transcript; None while it cannot be read, as the recording plays without it."""
    try:
        return reads.transcript(tenant_id, media["id"])
    except Conflict:
        return None


def job_of(reads: IndexReads, tenant_id: str, media: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the job of a media or photo; None while it cannot be read."""
    try:
        return reads.job(tenant_id, media["job_id"])
    except WinnowError:
        # The page shows less; the stages appear once they can be read again.
        return None


def _segments(transcript: dict[str, Any] | None) -> list[dict[str, Any]]:
    found = transcript["segments"] if transcript else []
    return [{**segment, "pieces": spoken_pieces(segment)} for segment in found]


def jobs_of(reads: IndexReads, tenant_id: str, items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Returns the jobs of the media or photos that are not ready, by id, without those that cannot be read now."""
    found = ((item["id"], job_of(reads, tenant_id, item)) for item in items if item["status"] != "ready")
    return {item_id: job for item_id, job in found if job is not None}


def _ribbon(transcript: dict[str, Any] | None, media: dict[str, Any]) -> list[tuple[float, float]]:
    """Returns where speech is, as (left, width) in ``RIBBON_UNITS`` of the recording's length."""
    length_ms = media["duration_ms"] or (transcript or {}).get("duration_ms") or 0
    if not transcript or length_ms <= 0:
        return []
    unit = RIBBON_UNITS / length_ms
    return [
        (round(segment["start_ms"] * unit, 1), round(max((segment["end_ms"] - segment["start_ms"]) * unit, 1.5), 1))
        for segment in transcript["segments"]
    ]
