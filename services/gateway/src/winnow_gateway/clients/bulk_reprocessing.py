"""Processes all recordings or photos of a tenant again that match a filter, a slice at a time."""

from dataclasses import asdict, replace
from functools import partial
from typing import Any

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.index_api.audit import AuditAction, BeginBulk
from winnow_contracts.index_api.facets import CountFacets
from winnow_contracts.index_api.media import ListMedia
from winnow_contracts.index_api.search import Total
from winnow_gateway.clients.bulk_slices import SLICE, SliceDone, do_slice
from winnow_gateway.clients.reprocessing import Reprocessing, Wish


class BulkReprocessing:
    """Counts and requests further runs of what is served and of the kind that has the wished stage.

    Filters are those of ``ListMedia``. A slice that is asked for again does nothing twice: a job that runs refuses, and
    the same request is the same task.
    """

    def __init__(self, index: IndexClient, again: Reprocessing) -> None:
        self._index = index
        self._again = again

    def count(self, tenant_id: str, filters: dict[str, Any], wish: Wish) -> Total:
        """How many match now; ``gte`` where there are more than index counts. Raises Unavailable."""
        return self._index.ask(CountFacets(tenant_id=tenant_id, **_served(filters, wish))).total

    def slice(
        self,
        tenant_id: str,
        filters: dict[str, Any],
        wish: Wish,
        who: str,
        place: tuple[int, str] | None,
    ) -> SliceDone:
        """Requests the runs of the next slice for the key ``who``, newest media first, behind all other work.

        ``place`` is the audit id and cursor of an action that has begun. Raises as ``do_slice``, and BadInput
        (``invalid-cursor``).
        """
        wish = replace(wish, bulk=True)
        audit_id, cursor = place or (None, None)
        page = self._index.ask(ListMedia(tenant_id=tenant_id, limit=SLICE, cursor=cursor, **_served(filters, wish)))
        begun = BeginBulk(who=who, action=AuditAction.REPROCESS, filter=_told(tenant_id, filters, wish))
        targets = {
            media.id: partial(self._again.begin, tenant_id, media.id, wish, who, noted=False) for media in page.items
        }
        return do_slice(self._index, begun, audit_id, targets, page.next_cursor)


def _served(filters: dict[str, Any], wish: Wish) -> dict[str, Any]:
    return {**filters, "kind": wish.reprocess.kind, "status": "ready"}


def _told(tenant_id: str, filters: dict[str, Any], wish: Wish) -> dict[str, Any]:
    """What the audit log says: whose media, which of them, and how they are processed."""
    how = {name: value for name, value in asdict(wish).items() if value and name not in ("reprocess", "bulk")}
    named = {("to language" if name == "language" else name.replace("_", " ")): value for name, value in how.items()}
    return {"tenant_id": tenant_id, "kind": wish.reprocess.kind, **filters, "from": wish.reprocess.value, **named}
