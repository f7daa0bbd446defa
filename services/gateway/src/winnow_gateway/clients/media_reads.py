"""Reads media, jobs and hits from the index API; what index does not know yet from this gateway's own submissions."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from winnow_base.http.internal_clients import AiClient, IndexClient
from winnow_chassis.outbox.submission import AcceptedJob, Submissions
from winnow_contracts.ai_api import EmbedTexts
from winnow_contracts.captions import SOURCE
from winnow_contracts.errors import Conflict, NotFound, Unavailable, WinnowError
from winnow_contracts.index_api.facets import CountFacets
from winnow_contracts.index_api.jobs import ListJobs, ReadJob
from winnow_contracts.index_api.media import ListMedia, MediaView, ReadMedia, ReadTranscript
from winnow_contracts.index_api.photos import PhotoView
from winnow_contracts.index_api.search import HitView, Mode, Search
from winnow_contracts.index_api.trace import ReadTrace, TraceView
from winnow_gateway.clients.pagination import INDEX_DOWN, RECENT, Listing, Pages, whole
from winnow_gateway.clients.views import (
    accepted_job,
    accepted_media,
    public_hits,
    public_job,
    public_media,
    public_trace,
)
from winnow_journal.codec import plain

V = TypeVar("V", MediaView, PhotoView)

NO_EMBEDDING = "embedding_unavailable"
_MEDIA = Listing(request=ListMedia, shown=public_media, made=accepted_media)
_JOBS = Listing(request=ListJobs, shown=public_job, made=accepted_job)


class IndexReads:
    """Public JSON of one tenant's media, transcripts, jobs and hits.

    A job accepted here can be read at once, before index knows it and while index is down; such answers carry
    ``degraded: ["index_unavailable"]`` then. Methods raise NotFound, Conflict (``not-ready``), BadInput
    (``invalid-cursor`` …) and Unavailable.
    """

    def __init__(self, index: IndexClient, ai: AiClient, intake: Submissions) -> None:
        self._index = index
        self._ai = ai
        self._intake = intake
        self._pages = Pages(index, intake)

    def media_list(
        self, tenant_id: str, limit: int = 20, cursor: str | None = None, **filters: str | int
    ) -> dict[str, Any]:
        """Returns ``{items, next_cursor, degraded}``, newest first; ``filters`` as in ``ListMedia``."""
        return self._pages.page(_MEDIA, tenant_id, limit, cursor, filters)

    def facets(self, tenant_id: str, names: Sequence[str], **filters: str | int) -> dict[str, Any]:
        """Returns ``{facets, total}`` of these names; ``filters`` as in ``CountFacets``.

        Nothing while index is away, or is of an earlier version: a list is shown without them.
        """
        count: Callable[..., CountFacets] = CountFacets
        try:
            counted = self._index.ask(count(tenant_id=tenant_id, **filters))
        except (NotFound, Unavailable):
            return {}
        return {"facets": {name: counted.facets[name] for name in names}, "total": plain(counted.total)}

    def media(self, tenant_id: str, media_id: str) -> dict[str, Any]:
        """Returns one media as the API shows it."""
        return public_media(self.media_with_keys(tenant_id, media_id))

    def media_with_keys(self, tenant_id: str, media_id: str) -> MediaView:
        """Returns one media with its store ``keys``, for internal use only."""
        try:
            return whole(self._index.ask(ReadMedia(tenant_id=tenant_id, media_id=media_id)), self._intake)
        except (NotFound, Unavailable) as error:
            for job in self._intake.recent(tenant_id, RECENT):
                if job.command.media_id == media_id:
                    return self.fresh(tenant_id, accepted_media(job), error)
            raise

    def fresh(self, tenant_id: str, view: V, error: NotFound | Unavailable) -> V:
        """Returns ``view``, built from the acceptance because index answered ``error``; failed if its job failed or was
        cancelled.

        Journals send their events to index independently: a job's end may arrive before its acceptance.
        """
        if isinstance(error, NotFound):
            with suppress(NotFound, Unavailable):
                job = self._index.ask(ReadJob(tenant_id=tenant_id, job_id=view.job_id))
                return replace(view, status="failed") if job.status in ("failed", "cancelled") else view
        return view

    def transcript(self, tenant_id: str, media_id: str) -> dict[str, Any]:
        """Returns the transcript. Raises Conflict (``not-ready``) while the media is being processed."""
        try:
            transcript = self._index.ask(ReadTranscript(tenant_id=tenant_id, media_id=media_id))
        except NotFound:
            self._refuse_if_accepted(tenant_id, media_id)
            raise
        shown: dict[str, Any] = plain(transcript)
        return {**shown, "source": SOURCE if transcript.model == SOURCE else "speech"}

    def search(
        self,
        tenant_id: str,
        q: str,
        mode: str = "hybrid",
        limit: int = 20,
        **filters: str | int,
    ) -> dict[str, Any]:
        """Returns hits for ``q``; ``filters`` as in ``Search``.

        Without the AI model the search is by words alone, and ``degraded`` says so.
        """
        vector, generation, degraded = self._embed(q) if mode != "words" else (None, None, [])
        search: Callable[..., Search] = Search
        wanted = search(
            tenant_id=tenant_id,
            q=q,
            mode=Mode(mode),
            vector=vector,
            generation=generation,
            limit=limit,
            degraded=degraded,
            **filters,
        )
        hits = self._index.ask(wanted)
        return public_hits(replace(hits, items=tuple(self._titled(tenant_id, hit) for hit in hits.items)))

    def job(self, tenant_id: str, job_id: str) -> dict[str, Any]:
        """Returns one job with its stages."""
        try:
            return public_job(self._index.ask(ReadJob(tenant_id=tenant_id, job_id=job_id)))
        except NotFound:
            return public_job(accepted_job(self._accepted(tenant_id, job_id)))
        except Unavailable:
            job = self._intake.find(job_id)
            if job is None or job.command.tenant_id != tenant_id:
                raise
            return {**public_job(accepted_job(job)), "degraded": [INDEX_DOWN]}

    def jobs(
        self,
        tenant_id: str,
        limit: int = 20,
        cursor: str | None = None,
        status: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Returns ``{items, next_cursor, degraded}``, newest first; ``status`` is a job's status.

        ``metadata`` has the texts that a job's metadata must have by their keys.
        """
        filters = {} if status is None else {"status": status}
        return self._pages.page(_JOBS, tenant_id, limit, cursor, filters, metadata)

    def trace(self, tenant_id: str, job_id: str) -> dict[str, Any]:
        """Returns the whole history of a job: tasks, attempts, steps, events."""
        try:
            trace = self._index.ask(ReadTrace(job_id=job_id, tenant_id=tenant_id))
        except NotFound:
            trace = TraceView(job=accepted_job(self._accepted(tenant_id, job_id)))
        return public_trace(trace)

    def _titled(self, tenant_id: str, hit: HitView) -> HitView:
        """Adds the media's title to a hit if index has the transcript but not yet the acceptance."""
        if hit.title:
            return hit
        with suppress(NotFound, Unavailable):
            return replace(hit, title=self.media_with_keys(tenant_id, hit.media_id).title)
        return hit

    def _embed(self, text: str) -> tuple[Sequence[float] | None, str | None, list[str]]:
        try:
            answer = self._ai.ask(EmbedTexts(texts=(text,)))
            return answer.vectors[0], answer.model, []
        except WinnowError:
            # The search continues by words alone; ``degraded`` in the answer says so.
            return None, None, [NO_EMBEDDING]

    def _accepted(self, tenant_id: str, job_id: str) -> AcceptedJob:
        job = self._intake.find(job_id)
        if job is None or job.command.tenant_id != tenant_id:
            raise NotFound(f"There is no job {job_id}.")
        return job

    def _refuse_if_accepted(self, tenant_id: str, media_id: str) -> None:
        """Raises Conflict if the media was accepted here and index does not know it yet."""
        if any(job.command.media_id == media_id for job in self._intake.recent(tenant_id, RECENT)):
            raise not_ready(media_id)


def not_ready(media_id: str) -> Conflict:
    """The error for parts of a media that is still being processed."""
    return Conflict(
        f"{media_id} is still being worked on.", code="not-ready", hint="Ask again in a few seconds, or follow its job."
    )
