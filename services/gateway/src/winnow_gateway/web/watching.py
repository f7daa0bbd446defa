"""The page of one recording: player, transcript, and how far its job is."""

import math
from typing import Any

from flask import Blueprint, render_template, request

from winnow_contracts.errors import Conflict, WinnowError
from winnow_gateway.operations import check_path
from winnow_gateway.reads import IndexReads
from winnow_gateway.web.excerpts import spoken_pieces
from winnow_gateway.web.visitors import Visitors

RIBBON_UNITS = 1000
"""Width of the ribbon of speech in its own units."""


def add_pages(blueprint: Blueprint, visitors: Visitors, reads: IndexReads) -> None:
    """``/m/<media_id>``."""

    @blueprint.get("/m/<media_id>")
    def watch(media_id: str) -> str:
        visitor = visitors.current()
        check_path({"media_id": media_id})
        media = reads.media(visitor.tenant_id, media_id)
        transcript = _transcript(reads, visitor.tenant_id, media) if media["status"] == "ready" else None
        return render_template(
            "web/watch.html",
            media=media,
            job=None if media["status"] == "ready" else _job(reads, visitor.tenant_id, media),
            transcript=transcript,
            segments=_segments(transcript),
            ribbon=_ribbon(transcript, media),
            start_seconds=start_seconds(request.args.get("t")),
        )


def start_seconds(text: str | None) -> float:
    """The second that ``?t=`` asks for, 0 where it is no number of seconds."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return round(value, 3) if math.isfinite(value) and value > 0 else 0.0


def _transcript(reads: IndexReads, tenant_id: str, media: dict[str, Any]) -> dict[str, Any] | None:
    """What is said; None while it can not be had, as the recording plays without it."""
    try:
        return reads.transcript(tenant_id, media["id"])
    except Conflict:
        return None


def _job(reads: IndexReads, tenant_id: str, media: dict[str, Any]) -> dict[str, Any] | None:
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
