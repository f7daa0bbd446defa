"""The page of one recording: player, transcript, and how far its job is."""

import math
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.errors import Conflict, WinnowError
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.views import FINAL
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_gateway.web.auth import Visitors
from winnow_gateway.web.excerpts import spoken_pieces

RIBBON_UNITS = 1000
"""Width of the ribbon of speech in its own units."""


def add_pages(blueprint: Blueprint, visitors: Visitors, parts: Dependencies) -> None:
    """``/m/<media_id>``."""
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
    """``ready``, ``processing``, ``failed`` or ``cancelled``: a media's state, by its job where that says more."""
    if media["status"] == "ready" or job is None or job["status"] == "done":
        return str(media["status"])
    return str(job["status"]) if job["status"] in ("failed", "cancelled") else "processing"


def after_run_of(asked: str | None, job: dict[str, Any] | None) -> int:
    """The run whose end the page looks past, as the next one was asked for and has not begun; 0 where it has."""
    waits = job is not None and job["status"] in FINAL and asked == str(job["run"])
    return int(job["run"]) if job is not None and waits else 0


def start_seconds(text: str | None) -> float:
    """The second that ``?t=`` asks for, 0 where it is no number of seconds."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return round(value, 3) if math.isfinite(value) and value > 0 else 0.0


def _transcript(reads: IndexReads, tenant_id: str, media: dict[str, Any]) -> dict[str, Any] | None:
    """What is said; None while it cannot be had, as the recording plays without it."""
    try:
        return reads.transcript(tenant_id, media["id"])
    except Conflict:
        return None


def job_of(reads: IndexReads, tenant_id: str, media: dict[str, Any]) -> dict[str, Any] | None:
    """The job of a media or photo, None while it cannot be read."""
    try:
        return reads.job(tenant_id, media["job_id"])
    except WinnowError:
        # The page says that work goes on; its stages come when they can be read again.
        return None


def _segments(transcript: dict[str, Any] | None) -> list[dict[str, Any]]:
    found = transcript["segments"] if transcript else []
    return [{**segment, "pieces": spoken_pieces(segment)} for segment in found]


def _ribbon(transcript: dict[str, Any] | None, media: dict[str, Any]) -> list[tuple[float, float]]:
    """Where speech is, as (left, width) in ``RIBBON_UNITS`` of the recording's length."""
    length_ms = media["duration_ms"] or (transcript or {}).get("duration_ms") or 0
    if not transcript or length_ms <= 0:
        return []
    unit = RIBBON_UNITS / length_ms
    return [
        (round(segment["start_ms"] * unit, 1), round(max((segment["end_ms"] - segment["start_ms"]) * unit, 1.5), 1))
        for segment in transcript["segments"]
    ]
