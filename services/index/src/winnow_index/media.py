"""Reads of media and their transcripts, one tenant's at a time."""

from typing import Any

from winnow_contracts.errors import Conflict, NotFound
from winnow_index.cursors import Cursors
from winnow_index.database import Database
from winnow_index.instants import instant
from winnow_index.pages import Wanted, read_page

STATUSES = ("processing", "ready", "failed")


class MediaReads:
    """Views of media. Another tenant's media do not exist: NotFound."""

    def __init__(self, database: Database, cursors: Cursors) -> None:
        self._database = database
        self._cursors = cursors

    def list(self, wanted: Wanted) -> dict[str, Any]:
        """``{items, next_cursor}``, newest first. Raises BadInput (``invalid-cursor``)."""
        with self._database.transaction() as transaction:
            rows, next_cursor = read_page(transaction, self._cursors, "list_media", "media_id", wanted)
        return {"items": [_view(row) for row in rows], "next_cursor": next_cursor}

    def one(self, tenant_id: str, media_id: str) -> dict[str, Any]:
        """One media."""
        with self._database.transaction() as transaction:
            row = transaction.row("read_media", {"tenant_id": tenant_id, "media_id": media_id})
        if row is None:
            raise NotFound(f"There is no media {media_id}.")
        return _view(row)

    def transcript(self, tenant_id: str, media_id: str) -> dict[str, Any]:
        """What is said in it, segment by segment; none where there is no speech.

        Raises Conflict (``not-ready``) while it is being worked on, NotFound where its job failed.
        """
        with self._database.transaction() as transaction:
            row = transaction.row("read_transcript", {"tenant_id": tenant_id, "media_id": media_id})
            segments = transaction.rows("read_segments", {"media_id": media_id}) if row and row["stored"] else []
        if row is None:
            raise NotFound(f"There is no media {media_id}.")
        if not row["stored"] and row["status"] in ("failed", "cancelled"):
            raise NotFound(f"{media_id} has no transcript: its job ended as {row['status']}.")
        if not row["stored"]:
            raise Conflict(f"{media_id} is still being worked on.", code="not-ready", hint="Ask again in a few seconds.")
        return {
            "media_id": media_id,
            "language": row["language"],
            "duration_ms": row["duration_ms"],
            "model": row["model"],
            "segments": [_segment(segment) for segment in segments],
            "speech": {"ratio": row["speech_ratio"]},
            "warnings": row["warnings"],
        }


def _view(row: dict[str, Any]) -> dict[str, Any]:
    stored = row["stored_ms"] is not None
    return {
        "id": row["media_id"],
        "kind": row["kind"],
        "title": row["title"],
        "filename": row["filename"],
        "content_type": row["content_type"],
        "size_bytes": row["size_bytes"],
        "has_video": row["has_video"],
        "duration_ms": row["duration_ms"],
        "language": row["language"],
        "status": row["status"],
        "job_id": row["job_id"],
        "created_at": instant(row["created_ms"]),
        "speech": {"ratio": row["speech_ratio"]} if stored else None,
        "warnings": row["warnings"],
        "has_transcript": row["has_transcript"],
        "keys": {
            "original": row["original_key"] or row["incoming_key"],
            "poster": row["poster_key"],
            "thumbnail": row["thumbnail_key"],
            "rendition": row["rendition_key"],
            "rendition_type": row["rendition_type"],
        },
    }


def _segment(row: dict[str, Any]) -> dict[str, Any]:
    words = zip(
        row["word_texts"], row["word_starts_ms"], row["word_ends_ms"], row["word_confidences"], strict=True
    )
    return {
        "n": row["n"],
        "text": row["text"],
        "start_ms": row["start_ms"],
        "end_ms": row["end_ms"],
        "words": [
            {"text": text, "start_ms": start_ms, "end_ms": end_ms, "confidence": round(confidence, 4)}
            for text, start_ms, end_ms, confidence in words
        ],
    }
