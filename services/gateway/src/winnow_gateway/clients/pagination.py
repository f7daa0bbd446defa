"""Pages through index's lists, and adds jobs accepted here that index does not know yet."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from winnow_base.http.internal_clients import IndexClient
from winnow_chassis.outbox.submission import AcceptedJob, Submissions
from winnow_contracts.errors import NotFound, Unavailable
from winnow_contracts.index_api.jobs import JobView
from winnow_contracts.index_api.media import FindDeletedJobs, MediaView
from winnow_contracts.index_api.photos import PhotoView
from winnow_contracts.internal_api import IndexRequest
from winnow_contracts.job_options import has_metadata
from winnow_gateway.clients.views import accepted_media

RECENT = 100
"""How many of a tenant's latest acceptances are compared with index."""

INDEX_DOWN = "index_unavailable"
_TOLD = ("title", "filename", "content_type", "size_bytes")
"""The fields of a media that index learns only from its acceptance."""
View = dict[str, Any]


V = TypeVar("V", MediaView, PhotoView, JobView)
V_co = TypeVar("V_co", MediaView, PhotoView, JobView, covariant=True)


class Page(Protocol[V_co]):
    """A page as index answers it."""

    @property
    def items(self) -> Sequence[V_co]:
        """Newest first."""

    @property
    def next_cursor(self) -> str | None:
        """None on the last page."""


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[V]):
    """One list: its ``request`` to index, the public view of an item, and the view of a job just accepted.

    ``kind`` is the only kind of job the list contains.
    """

    request: Callable[..., IndexRequest[Page[V]]]
    shown: Callable[[V], View]
    made: Callable[[AcceptedJob], V]
    kind: str | None = None


class Pages:
    """Reads lists page by page. Raises BadInput (``invalid-cursor``) and Unavailable."""

    def __init__(self, index: IndexClient, intake: Submissions) -> None:
        self._index = index
        self._intake = intake

    def page(
        self,
        listing: Listing[V],
        tenant_id: str,
        limit: int,
        cursor: str | None,
        filters: Mapping[str, str | int],
        metadata: Mapping[str, str] | None = None,
    ) -> View:
        """Returns ``{items, next_cursor, degraded}``, newest first; the first page includes what index does not know
        yet, unless ``filters`` ask for more than a status. Only a list of jobs is asked for ``metadata``.
        """
        wanted = {**filters, **({"metadata": json.dumps(metadata)} if metadata else {})}

        def read(most: int, cursor: str | None, wanted: Mapping[str, str | int]) -> Page[V]:
            return self._index.ask(listing.request(tenant_id=tenant_id, limit=most, cursor=cursor, **wanted))

        first = cursor is None and not filters.keys() - {"status"}
        recent = self._recent(listing, tenant_id, limit, metadata or {}) if first else []
        recent = [view for view in recent if view.status == filters.get("status", view.status)]
        items: list[V]
        try:
            page: Page[V] = read(limit, cursor, wanted)
            fresh: list[V] = []
            if recent:
                newest = page if not wanted else read(limit, None, {})
                fresh = self._not_deleted(_unknown(recent, newest))[: limit - 1]
                if fresh and len(page.items) + len(fresh) > limit:
                    # Ask again for fewer items, so that the cursor continues right after the last item shown.
                    page = read(limit - len(fresh), cursor, wanted)
            items = list(page.items) + fresh
            next_cursor, degraded = page.next_cursor, []
        except Unavailable:
            if not recent:
                raise
            items, next_cursor, degraded = recent, None, [INDEX_DOWN]
        if recent:
            items.sort(key=_created, reverse=True)
        shown = [listing.shown(whole(item, self._intake)) for item in items]
        return {"items": shown, "next_cursor": next_cursor, "degraded": degraded}

    def _not_deleted(self, views: list[V]) -> list[V]:
        """Those of the views whose jobs index does not know because it has not heard of them yet."""
        if not views:
            return []
        jobs = {view.id if isinstance(view, JobView) else view.job_id: view for view in views}
        deleted: tuple[str, ...] = ()
        with suppress(NotFound):  # an index of an earlier version deletes nothing
            deleted = self._index.ask(FindDeletedJobs(job_ids=list(jobs))).job_ids
        return [view for job_id, view in jobs.items() if job_id not in deleted]

    def _recent(self, listing: Listing[V], tenant_id: str, limit: int, metadata: Mapping[str, str]) -> list[V]:
        jobs = self._intake.recent(tenant_id, RECENT if listing.kind or metadata else limit)
        fitting = [
            job
            for job in jobs
            if listing.kind in (None, job.accepted.kind) and has_metadata(job.accepted.options, metadata)
        ]
        return [listing.made(job) for job in fitting[:limit]]


def whole(view: V, intake: Submissions) -> V:
    """Completes a media or photo from its acceptance here if index has its result but not yet the acceptance.

    Journals send their events to index independently, so the result may arrive first.
    """
    if isinstance(view, JobView) or view.content_type:
        return view
    with suppress(Unavailable):  # There is no journal to read: the answer of index is better than none.
        job = intake.find(view.job_id)
        if job is not None:
            told = accepted_media(job)
            return replace(view, **{name: getattr(told, name) for name in _TOLD})
    return view


def _unknown(recent: list[V], newest: Page[V]) -> list[V]:
    """Returns those of ``recent`` that index does not know: absent from its newest page, and newer than that page's
    end.
    """
    items = newest.items
    known = {item.id for item in items}
    unknown = [view for view in recent if view.id not in known]
    if not items or not newest.next_cursor:
        return unknown
    return [view for view in unknown if _created(view) > _created(items[-1])]


def _created(view: V) -> datetime:
    return datetime.fromisoformat(view.created_at)
