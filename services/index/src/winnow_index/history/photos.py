"""Reads photos for the internal API: lists and single photos, each with answer, cost and corrections."""

from typing import Any

from winnow_contracts.index_api.photos import PhotoPage, PhotoView
from winnow_index.database import Database, Transaction
from winnow_index.history import media_filters
from winnow_index.history.pages import read_page
from winnow_index.photo_views import photo_view
from winnow_index.store.deletions import missing

_NEWEST = ("created_ms", "media_id")


class Photos:
    """Reads photos. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, tenant_id: str, *, limit: int, cursor: str | None, **filters: Any) -> PhotoPage:
        """The tenant's photos, newest first; ``filters`` as in ``ListPhotos``. Raises BadInput."""
        with self._database.transaction() as transaction:
            rows, next_cursor = read_page(
                transaction,
                "list_photos",
                _NEWEST,
                limit=limit,
                cursor=cursor,
                filters=media_filters.parameters(media_filters.PHOTOS, filters),
                tenant_id=tenant_id,
                media_id=None,
            )
            return PhotoPage(items=tuple(_views(transaction, rows)), next_cursor=next_cursor)

    def one(self, tenant_id: str, media_id: str) -> PhotoView:
        """One photo. Raises Gone, and NotFound, also for another tenant's photo."""
        with self._database.transaction() as transaction:
            row = find_photo(transaction, tenant_id, media_id)
            return _views(transaction, [row])[0]


def find_photo(transaction: Transaction, tenant_id: str, media_id: str) -> dict[str, Any]:
    """The row of one photo. Raises Gone, and NotFound, also for another tenant's photo."""
    anywhere = {**media_filters.parameters(media_filters.PHOTOS, {}), "after_ms": None, "after_id": None, "limit": 1}
    row = transaction.row("list_photos", {"tenant_id": tenant_id, "media_id": media_id, **anywhere})
    if row is None:
        raise missing(transaction, tenant_id, "photo", media_id)
    return row


def _views(transaction: Transaction, rows: list[dict[str, Any]]) -> list[PhotoView]:
    if not rows:
        return []
    spent = transaction.rows("read_spent_by_job", {"job_ids": [row["job_id"] for row in rows]})
    feedback = transaction.rows("read_feedback", {"media_ids": [row["media_id"] for row in rows]})
    by_job = {row["job_id"]: row for row in spent}
    return [
        photo_view(row, by_job.get(row["job_id"]), [one for one in feedback if one["media_id"] == row["media_id"]])
        for row in rows
    ]
