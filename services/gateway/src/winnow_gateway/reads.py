"""Everything the gateway reads: from the index API, and from its own intake what index does not know yet."""

from contextlib import suppress
from typing import Any

from winnow_chassis.intake import AcceptedJob, Intake
from winnow_chassis.internal_http import InternalClient
from winnow_contracts.errors import Conflict, NotFound, Unavailable, WinnowError
from winnow_gateway.pages import INDEX_DOWN, RECENT, Listing, Pages, whole
from winnow_gateway.views import accepted_job, accepted_media, public_hits, public_job, public_media

NO_EMBEDDING = "embedding_unavailable"
_MEDIA = Listing(path="/internal/v1/media", shown=public_media, made=accepted_media, fresh_status="processing")
_JOBS = Listing(path="/internal/v1/jobs", shown=public_job, made=accepted_job, fresh_status="queued")


class IndexReads:
    """Public JSON of one tenant's media, transcripts, jobs and hits.

    A job accepted here can be read at once, before index has heard of it and while index is down; such answers then
    carry ``degraded: ["index_unavailable"]``. Methods raise NotFound, Conflict (``not-ready``), BadInput
    (``invalid-cursor`` …) and Unavailable.
    """

    def __init__(self, index: InternalClient, ai: InternalClient, intake: Intake) -> None:
        self._index = index
        self._ai = ai
        self._intake = intake
        self._pages = Pages(index, intake)

    def media_list(
        self, tenant_id: str, limit: int = 20, cursor: str | None = None, status: str | None = None
    ) -> dict[str, Any]:
        """``{items, next_cursor, degraded}``, newest first; ``status`` is processing, ready or failed."""
        return self._pages.page(_MEDIA, tenant_id, limit, cursor, status)

    def media(self, tenant_id: str, media_id: str) -> dict[str, Any]:
        """One media, as people see it."""
        return public_media(self.media_with_keys(tenant_id, media_id))

    def media_with_keys(self, tenant_id: str, media_id: str) -> dict[str, Any]:
        """One media with its store ``keys``, for the gateway's own eyes."""
        path = f"/internal/v1/media/{media_id}"
        try:
            return whole(self._index.get(path, {"tenant_id": tenant_id}), self._intake)
        except (NotFound, Unavailable) as error:
            for job in self._intake.recent(tenant_id, RECENT):
                if job.command.media_id == media_id:
                    return self.fresh(tenant_id, accepted_media(job), error)
            raise

    def fresh(self, tenant_id: str, view: dict[str, Any], error: NotFound | Unavailable) -> dict[str, Any]:
        """``view``, made of an acceptance because index answered ``error``; failed where its job has ended so.

        Journals tell index of their events each in its own time: a job's end may be there before its acceptance.
        """
        if isinstance(error, NotFound):
            with suppress(NotFound, Unavailable):
                job = self._index.get(f"/internal/v1/jobs/{view['job_id']}", {"tenant_id": tenant_id})
                return {**view, "status": "failed" if job["status"] in ("failed", "cancelled") else view["status"]}
        return view

    def transcript(self, tenant_id: str, media_id: str) -> dict[str, Any]:
        """What is said in it. Raises Conflict (``not-ready``) while the media is being worked on."""
        try:
            return self._index.get(f"/internal/v1/media/{media_id}/transcript", {"tenant_id": tenant_id})
        except NotFound:
            self._refuse_if_accepted(tenant_id, media_id)
            raise

    def search(
        self,
        tenant_id: str,
        q: str,
        mode: str = "hybrid",
        limit: int = 20,
        media_id: str | None = None,
        language: str | None = None,
    ) -> dict[str, Any]:
        """Hits for ``q``; without the AI model they are found by words alone, and ``degraded`` says so."""
        vector, generation, degraded = self._embed(q) if mode != "words" else (None, None, [])
        body = {
            "tenant_id": tenant_id,
            "q": q,
            "mode": mode,
            "vector": vector,
            "generation": generation,
            "media_id": media_id,
            "language": language,
            "limit": limit,
            "degraded": degraded,
        }
        answer = self._index.post("/internal/v1/search", body)
        return public_hits({**answer, "items": [self._titled(tenant_id, item) for item in answer.get("items", [])]})

    def job(self, tenant_id: str, job_id: str) -> dict[str, Any]:
        """One job with its stages."""
        try:
            return public_job(self._index.get(f"/internal/v1/jobs/{job_id}", {"tenant_id": tenant_id}))
        except NotFound:
            return public_job(accepted_job(self._accepted(tenant_id, job_id)))
        except Unavailable:
            job = self._intake.find(job_id)
            if job is None or job.command.tenant_id != tenant_id:
                raise
            return {**public_job(accepted_job(job)), "degraded": [INDEX_DOWN]}

    def jobs(
        self, tenant_id: str, limit: int = 20, cursor: str | None = None, status: str | None = None
    ) -> dict[str, Any]:
        """``{items, next_cursor, degraded}``, newest first; ``status`` as in a job."""
        return self._pages.page(_JOBS, tenant_id, limit, cursor, status)

    def trace(self, tenant_id: str, job_id: str) -> dict[str, Any]:
        """The whole history of a job: tasks, attempts, steps, events."""
        try:
            trace = self._index.get(f"/internal/v1/jobs/{job_id}/trace", {"tenant_id": tenant_id})
        except NotFound:
            view = accepted_job(self._accepted(tenant_id, job_id))
            trace = {"job": view, "tasks": [], "events": []}
        return {**trace, "job": public_job(trace["job"])}

    def _titled(self, tenant_id: str, item: dict[str, Any]) -> dict[str, Any]:
        """A hit with its media's title, where index has its words and not yet its acceptance."""
        if item["title"]:
            return item
        with suppress(NotFound, Unavailable):
            return {**item, "title": self.media_with_keys(tenant_id, item["media_id"])["title"]}
        return item

    def _embed(self, text: str) -> tuple[list[float] | None, str | None, list[str]]:
        try:
            answer = self._ai.post("/internal/v1/embed", {"texts": [text]})
            return answer["vectors"][0], answer["model"], []
        except WinnowError:
            # Search goes on by words alone; the answer's ``degraded`` tells the reader.
            return None, None, [NO_EMBEDDING]

    def _accepted(self, tenant_id: str, job_id: str) -> AcceptedJob:
        job = self._intake.find(job_id)
        if job is None or job.command.tenant_id != tenant_id:
            raise NotFound(f"There is no job {job_id}.")
        return job

    def _refuse_if_accepted(self, tenant_id: str, media_id: str) -> None:
        """Raise Conflict if the media is one that index has not heard of yet."""
        if any(job.command.media_id == media_id for job in self._intake.recent(tenant_id, RECENT)):
            raise not_ready(media_id)


def not_ready(media_id: str) -> Conflict:
    """The error for parts of a media that is still being worked on."""
    return Conflict(
        f"{media_id} is still being worked on.", code="not-ready", hint="Ask again in a few seconds, or follow its job."
    )
