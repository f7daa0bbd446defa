"""Turns rows of photos and corrections into the internal API's views."""

from collections.abc import Iterable
from typing import Any

from winnow_contracts.index_api.photos import AiCosts, Correct, CorrectionView, LabelView, PhotoKeys, PhotoView, Said
from winnow_contracts.json_codec import from_json
from winnow_index.usage.usage import cost_fields
from winnow_index.views import Row, instant


def photo_view(row: Row, spent: Row | None, feedback: Iterable[Row]) -> PhotoView:
    """One photo, with the keys of its objects; ``answer`` is None until it is stored."""
    return PhotoView(
        id=row["media_id"],
        job_id=row["job_id"],
        status=row["status"],
        created_at=instant(row["created_ms"]),
        title=row["title"],
        tags=tuple(row["tags"]),
        version=row["version"],
        filename=row["filename"],
        content_type=row["content_type"],
        size_bytes=row["size_bytes"],
        width=row["width"],
        height=row["height"],
        warnings=tuple(row["warnings"]),
        answer=row["answer"],
        keys=PhotoKeys(original=row["original_key"], image=row["image_key"], thumbnail=row["thumbnail_key"]),
        spent=AiCosts(**cost_fields(spent)) if spent else AiCosts(cost_usd=0.0),
        feedback=tuple(CorrectionView(**correction_fields(one)) for one in feedback),
    )


def correction_fields(row: Row) -> dict[str, Any]:
    """The fields of a ``CorrectionView``."""
    names = ("correct_category", "correct_item", "correct_state", "note")
    return {"id": row["feedback_id"], "at": instant(row["at_ms"]), **{name: row[name] for name in names}}


def label_view(row: Row) -> LabelView:
    """One correction as labelled data: the picture, the answer that was given, and the right values."""
    return LabelView(
        id=row["feedback_id"],
        at=instant(row["at_ms"]),
        media_id=row["media_id"],
        image_key=row["image_key"],
        said=from_json(Said, row["said"]),
        correct=Correct(category=row["correct_category"], item=row["correct_item"], state=row["correct_state"]),
        note=row["note"],
    )
