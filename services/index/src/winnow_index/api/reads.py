"""Routes that read media and jobs, edit media, and search."""

from typing import Any

from flask import Flask, request

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.facets import CountFacets, ListFacets
from winnow_contracts.index_api.jobs import (
    BatchView,
    CountOpenJobs,
    JobPage,
    JobView,
    ListJobs,
    OpenJobs,
    ReadBatch,
    ReadJob,
)
from winnow_contracts.index_api.media import (
    EditMedia,
    ListMedia,
    MediaPage,
    MediaView,
    ReadMedia,
    ReadTranscript,
    TranscriptView,
)
from winnow_contracts.index_api.search import Hits, Search
from winnow_contracts.index_api.trace import ReadTrace, TraceView
from winnow_contracts.json_codec import from_json
from winnow_index.api.request_args import body, filters, needed, page, text, text_or_none, whole
from winnow_index.api.serving import serves
from winnow_index.control.media_edits import MediaEdits
from winnow_index.history import media_filters
from winnow_index.history.batches import Batches
from winnow_index.history.read_model import ReadModel
from winnow_index.search.searcher import Searcher

_MOST_OPEN = 100_000


def add(app: Flask, library: ReadModel, edits: MediaEdits, batches: Batches, searcher: Searcher) -> None:
    """Add the routes."""

    @serves(app, ListMedia)
    def media_list() -> MediaPage:
        return library.media_list(needed("tenant_id"), **page(*media_filters.MEDIA))

    @serves(app, CountFacets)
    def facets() -> ListFacets:
        return library.facets(needed("tenant_id"), **filters(*media_filters.ANY))

    @serves(app, ReadMedia)
    def media(media_id: str) -> MediaView:
        return library.media(needed("tenant_id"), media_id)

    @serves(app, EditMedia)
    def edit(media_id: str) -> MediaView:
        given = body()
        version, tags = given.get("version"), given.get("tags")
        listed = isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)
        if type(version) is not int or not (tags is None or listed):
            raise BadInput("version must be a number, and tags a list of texts.", code="invalid-field")
        title = text_or_none(given, "title")
        return edits.edit(text(given, "tenant_id"), media_id, version, title=title, tags=tags)

    @serves(app, ReadTranscript)
    def transcript(media_id: str) -> TranscriptView:
        return library.transcript(needed("tenant_id"), media_id)

    @serves(app, ListJobs)
    def jobs() -> JobPage:
        return library.jobs(needed("tenant_id"), **page("status", "metadata"))

    @serves(app, ReadJob)
    def job(job_id: str) -> JobView:
        return library.job(needed("tenant_id"), job_id)

    @serves(app, CountOpenJobs)
    def open_jobs() -> OpenJobs:
        return library.open_jobs(needed("tenant_id"), whole("most", 1, at_least=1, at_most=_MOST_OPEN))

    @serves(app, ReadBatch)
    def batch(batch_id: str) -> BatchView:
        return batches.read(batch_id)

    @serves(app, ReadTrace)
    def trace(job_id: str) -> TraceView:
        return library.trace(request.args.get("tenant_id") or None, job_id)

    @serves(app, Search)
    def search() -> Hits:
        return searcher.search(_search(request.get_json()))


def _search(body: Any) -> Search:
    try:
        wanted = from_json(Search, {name: value for name, value in body.items() if value is not None})
        sound = isinstance(wanted.q, str) and isinstance(wanted.limit, int) and 1 <= wanted.limit <= 100
        sound = sound and all(type(one) in (int, type(None)) for one in _numbers(wanted))
        sound = sound and all(isinstance(one, str | None) for one in (wanted.kind, wanted.tag))
        numbers = wanted.vector is None or all(isinstance(one, (int, float)) for one in wanted.vector)
    except (AttributeError, TypeError, ValueError) as error:
        raise BadInput("The search cannot be understood.", code="invalid-field") from error
    if not sound or not numbers:
        raise BadInput("A field of the search has a value that cannot be used.", code="invalid-field")
    return wanted


def _numbers(wanted: Search) -> tuple[int | None, ...]:
    return wanted.created_after_ms, wanted.created_before_ms, wanted.min_duration_ms
