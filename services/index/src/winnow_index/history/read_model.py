"""Reads for the internal API: media, transcripts, jobs, their history."""

from typing import Any

from winnow_contracts.errors import Conflict
from winnow_contracts.index_api.facets import FACETS, MOST_VALUES, ListFacets
from winnow_contracts.index_api.jobs import JobPage, JobView, OpenJobs
from winnow_contracts.index_api.media import MediaPage, MediaView, SegmentView, Speech, TranscriptView, WordView
from winnow_contracts.index_api.search import Total
from winnow_contracts.index_api.trace import TraceView
from winnow_index import views
from winnow_index.control.etas import Etas
from winnow_index.database import Database
from winnow_index.history import media_filters
from winnow_index.history.metadata import metadata_readings
from winnow_index.history.pages import read_page
from winnow_index.store.deletions import missing

_MOST_COUNTED = 10_000
"""So many media are counted for facets, the newest: it bounds what a list costs."""


class ReadModel:
    """Reads media and jobs. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._etas = Etas()

    def media_list(self, tenant_id: str, *, limit: int, cursor: str | None, **filters: Any) -> MediaPage:
        """The tenant's media, newest first; ``filters`` as in ``ListMedia``."""
        with self._database.transaction() as transaction:
            rows, next_cursor = read_page(
                transaction,
                "list_media",
                ("created_ms", "media_id"),
                limit=limit,
                cursor=cursor,
                filters=media_filters.parameters(media_filters.MEDIA, filters),
                tenant_id=tenant_id,
            )
        return MediaPage(items=tuple(views.media_view(row) for row in rows), next_cursor=next_cursor)

    def facets(self, tenant_id: str, **filters: Any) -> ListFacets:
        """How many of the media that match have each value; ``filters`` as in ``CountFacets``."""
        wanted = media_filters.parameters(media_filters.ANY, filters)
        bounds = {"most": _MOST_COUNTED, "values": MOST_VALUES}
        with self._database.transaction() as transaction:
            row = transaction.row("count_facets", {"tenant_id": tenant_id, **wanted, **bounds})
        assert row is not None
        facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        for facet, value, count in row["counts"]:
            facets[facet][value] = count
        more = row["total"] > _MOST_COUNTED
        total = Total(value=min(row["total"], _MOST_COUNTED), relation="gte" if more else "eq")
        return ListFacets(facets=facets, total=total)

    def media(self, tenant_id: str, media_id: str) -> MediaView:
        """One media. Raises Gone, and NotFound, also for another tenant's media."""
        with self._database.transaction() as transaction:
            row = transaction.row("read_media", {"tenant_id": tenant_id, "media_id": media_id})
            if row is None:
                raise missing(transaction, tenant_id, "media", media_id)
        return views.media_view(row)

    def transcript(self, tenant_id: str, media_id: str) -> TranscriptView:
        """The transcript with its words. Raises NotFound, Gone, and Conflict (``not-ready``) before it is there."""
        with self._database.transaction() as transaction:
            row = transaction.row("read_transcript", {"tenant_id": tenant_id, "media_id": media_id})
            if row is None:
                raise missing(transaction, tenant_id, "media", media_id)
            segments = transaction.rows("read_segments", {"media_id": media_id})
        if not row["stored"]:
            hint = "Its job failed; look at the job." if row["status"] == "failed" else "Ask again in a moment."
            raise Conflict(f"{media_id} has no transcript yet.", code="not-ready", hint=hint)
        return TranscriptView(
            media_id=media_id,
            language=row["language"],
            duration_ms=row["duration_ms"],
            model=row["model"],
            segments=tuple(_segment(one) for one in segments),
            speech=Speech(ratio=round(row["speech_ratio"] or 0.0, 4)),
            warnings=tuple(row["warnings"]),
        )

    def job(self, tenant_id: str, job_id: str) -> JobView:
        """One job with its stages. Raises Gone, and NotFound, also for another tenant's job."""
        with self._database.transaction() as transaction:
            row = transaction.row("read_job", {"tenant_id": tenant_id, "job_id": job_id})
            if row is None:
                raise missing(transaction, tenant_id, "job", job_id)
            tasks = transaction.rows("read_tasks", {"job_ids": [job_id]})
            eta = self._etas.all(transaction).get(job_id) if row["status"] in views.OPEN else None
        return views.job_view(row, tasks, eta.view() if eta else None)

    def open_jobs(self, tenant_id: str, most: int) -> OpenJobs:
        """How many of the tenant's jobs have not ended and may begin now, up to ``most`` (the newest are counted)."""
        with self._database.transaction() as transaction:
            row = transaction.row("count_open_jobs", {"tenant_id": tenant_id, "scanned": 10 * most, "most": most})
        assert row is not None
        return OpenJobs(open=row["open"])

    def jobs(
        self, tenant_id: str, *, limit: int, cursor: str | None, status: str | None, metadata: str | None = None
    ) -> JobPage:
        """The tenant's jobs, newest first; those with this ``metadata``, as in ``ListJobs``, or all.

        Raises BadInput (``invalid-field``) for metadata that is no object of texts.
        """
        wanted = {"metadata": metadata_readings(metadata)} if metadata else {}
        with self._database.transaction() as transaction:
            rows, next_cursor = read_page(
                transaction,
                "find_jobs" if wanted else "list_jobs",
                ("created_ms", "job_id"),
                limit=limit,
                cursor=cursor,
                filters={"status": status, **wanted},
                tenant_id=tenant_id,
            )
            tasks = transaction.rows("read_tasks", {"job_ids": [row["job_id"] for row in rows]}) if rows else []
            etas = self._etas.all(transaction) if any(row["status"] in views.OPEN for row in rows) else {}
        eta_views = {job_id: eta.view() for job_id, eta in etas.items()}
        items = tuple(
            views.job_view(row, [one for one in tasks if one["job_id"] == row["job_id"]], eta_views.get(row["job_id"]))
            for row in rows
        )
        return JobPage(items=items, next_cursor=next_cursor)

    def trace(self, tenant_id: str | None, job_id: str) -> TraceView:
        """A job's tasks, attempts, steps, and all events, oldest first. ``tenant_id`` None allows any tenant's job.

        Raises Gone, and NotFound, also for another tenant's job.
        """
        named = {"job_id": job_id}
        with self._database.transaction() as transaction:
            row = transaction.row("read_job", {"tenant_id": tenant_id, **named})
            if row is None:
                raise missing(transaction, tenant_id, "job", job_id)
            tasks = transaction.rows("read_tasks", {"job_ids": [job_id]})
            attempts = transaction.rows("read_attempts", {"job_ids": [job_id]})
            steps = transaction.rows("read_steps", named)
            events = transaction.rows("read_events", named)
        return TraceView(
            job=views.job_view(row, tasks),
            tasks=tuple(views.task_view(row, task, attempts, steps) for task in tasks),
            events=tuple(views.event_view(event) for event in events),
            history_note=views.history_note(row),
        )


def _segment(row: dict[str, Any]) -> SegmentView:
    words = zip(row["word_texts"], row["word_starts_ms"], row["word_ends_ms"], row["word_confidences"], strict=True)
    return SegmentView(
        n=row["n"],
        text=row["text"],
        start_ms=row["start_ms"],
        end_ms=row["end_ms"],
        words=tuple(
            WordView(text=text, start_ms=start_ms, end_ms=end_ms, confidence=round(confidence, 3))
            for text, start_ms, end_ms, confidence in words
        ),
    )
