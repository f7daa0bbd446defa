"""Rows of photos, corrections and spending as the internal API shows them."""

from collections.abc import Iterable
from typing import Any

from winnow_index.views import Row, instant

_SPENT_NOTHING: Row = {"calls": 0, "cached": 0, "tokens_in": 0, "tokens_out": 0, "cost_usd": 0}


def photo_view(row: Row, spent: Row | None, feedback: Iterable[Row]) -> dict[str, Any]:
    """One photo, with the keys of its objects; ``answer`` is None until it is stored."""
    names = ("job_id", "status", "title", "filename", "content_type", "size_bytes", "width", "height", "warnings")
    return {
        "id": row["media_id"],
        **{name: row[name] for name in names},
        "created_at": instant(row["created_ms"]),
        "answer": row["answer"],
        "keys": {"original": row["original_key"], "image": row["image_key"], "thumbnail": row["thumbnail_key"]},
        "spent": spent_view(spent or _SPENT_NOTHING),
        "feedback": [feedback_view(one) for one in feedback],
    }


def feedback_view(row: Row) -> dict[str, Any]:
    """One correction."""
    names = ("correct_category", "correct_item", "correct_state", "note")
    return {"id": row["feedback_id"], "at": instant(row["at_ms"]), **{name: row[name] for name in names}}


def label_view(row: Row) -> dict[str, Any]:
    """One correction as labelled data: the picture, what was said of it, and what is right."""
    correct = {name: row[f"correct_{name}"] for name in ("category", "item", "state")}
    return {
        "id": row["feedback_id"],
        "at": instant(row["at_ms"]),
        "media_id": row["media_id"],
        "image_key": row["image_key"],
        "said": row["said"],
        "correct": correct,
        "note": row["note"],
    }


def spent_view(row: Row) -> dict[str, Any]:
    """Calls, cached answers, tokens and US dollars; ``cost_usd`` None where no price is known of any call."""
    counts = {name: int(row[name]) for name in ("calls", "cached", "tokens_in", "tokens_out")}
    cost_usd = row["cost_usd"]
    return {**counts, "cost_usd": None if cost_usd is None else float(cost_usd)}
