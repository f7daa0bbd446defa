"""Lists of index, with what was accepted here a moment ago and is not in index yet."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from winnow_chassis.intake import AcceptedJob, Intake
from winnow_chassis.internal_http import InternalClient
from winnow_contracts.errors import Unavailable
from winnow_gateway.views import accepted_media

RECENT = 100
"""How many of a tenant's latest acceptances are looked through for what index does not know yet."""

INDEX_DOWN = "index_unavailable"
_TOLD = ("title", "filename", "content_type", "size_bytes")
"""What index knows of a media only from its acceptance."""
View = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One list: its ``path`` at index, how people see an item, and how a job just accepted looks as one.

    ``fresh_status`` is the state of such a job in this list; ``kind`` the only kind of job that belongs into it.
    """

    path: str
    shown: Callable[[View], View]
    made: Callable[[AcceptedJob], View]
    fresh_status: str
    kind: str | None = None


class Pages:
    """Reads lists page by page. Raises BadInput (``invalid-cursor``) and Unavailable."""

    def __init__(self, index: InternalClient, intake: Intake) -> None:
        self._index = index
        self._intake = intake

    def page(
        self, listing: Listing, tenant_id: str, limit: int, cursor: str | None = None, status: str | None = None
    ) -> View:
        """``{items, next_cursor, degraded}``, newest first; the first page with what index does not know yet."""
        query = {"tenant_id": tenant_id, "limit": limit, "cursor": cursor, "status": status}
        fresh_wanted = cursor is None and status in (None, listing.fresh_status)
        recent = self._recent(listing, tenant_id, limit) if fresh_wanted else []
        try:
            page = self._index.get(listing.path, query)
            if recent:
                newest = page
                if status is not None:
                    newest = self._index.get(listing.path, {"tenant_id": tenant_id, "limit": limit})
                fresh = _unknown(recent, newest)[: limit - 1]
                if fresh and len(page["items"]) + len(fresh) > limit:
                    # Asked again for fewer, so that the cursor goes on right behind the last item shown.
                    page = self._index.get(listing.path, {**query, "limit": limit - len(fresh)})
                page = {**page, "items": sorted(page["items"] + fresh, key=_created, reverse=True)}
        except Unavailable:
            if not recent:
                raise
            page = {"items": recent, "next_cursor": None, "degraded": [INDEX_DOWN]}
        items = [listing.shown(whole(item, self._intake)) for item in page["items"]]
        return {"degraded": [], **page, "items": items}

    def _recent(self, listing: Listing, tenant_id: str, limit: int) -> list[View]:
        jobs = self._intake.recent(tenant_id, RECENT if listing.kind else limit)
        fitting = [job for job in jobs if listing.kind in (None, job.accepted.kind)]
        return [listing.made(job) for job in fitting[:limit]]


def whole(view: View, intake: Intake) -> View:
    """A media or photo with what its acceptance here tells, where index has its result and not yet the acceptance.

    Journals tell index of their events each in its own time.
    """
    job = None
    with suppress(Unavailable):  # no journal: what index has is better than nothing
        job = intake.find(view["job_id"]) if view.get("content_type") == "" else None
    if job is None:
        return view
    told = accepted_media(job)
    return {**view, **{name: told[name] for name in _TOLD}}


def _unknown(recent: list[View], newest: View) -> list[View]:
    """Those of ``recent`` that index does not know: not on its newest page, and newer than that page's end."""
    items = newest["items"]
    known = {item["id"] for item in items}
    unknown = [view for view in recent if view["id"] not in known]
    if not items or not newest.get("next_cursor"):
        return unknown
    return [view for view in unknown if _created(view) > _created(items[-1])]


def _created(view: View) -> datetime:
    return datetime.fromisoformat(view["created_at"])
