"""What people write on their media: titles and tags."""

from collections.abc import Sequence

from winnow_contracts.errors import Conflict
from winnow_contracts.index_api.media import MediaView
from winnow_index import views
from winnow_index.database import Database
from winnow_index.store.deletions import missing
from winnow_index.words import normal


class MediaEdits:
    """Edits media. Raises Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def edit(
        self, tenant_id: str, media_id: str, version: int, *, title: str | None, tags: Sequence[str] | None
    ) -> MediaView:
        """Set what is not None, and return the media as it is then.

        Raises NotFound (also for another tenant's media), Gone, and Conflict (``precondition-failed``) if it does not
        have this version any more.
        """
        named = {"tenant_id": tenant_id, "media_id": media_id}
        wanted = {
            "title": None if title is None else normal(title),
            "tags": None if tags is None else sorted({normal(tag) for tag in tags}),
        }
        with self._database.transaction() as transaction:
            if transaction.row("read_media", named) is None:
                raise missing(transaction, tenant_id, "media", media_id)
            if not transaction.run("edit_media", {**named, **wanted, "version": version}):
                hint = "Read it again, and edit what it says now."
                raise Conflict(f"{media_id} was edited meanwhile.", code="precondition-failed", hint=hint)
            row = transaction.row("read_media", named)
        assert row is not None
        return views.media_view(row)
