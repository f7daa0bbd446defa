"""Requests about photos, their answers, and people's corrections."""

from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoKeys:
    """Store keys of a photo's objects; None for one that does not exist yet."""

    original: str | None = None
    image: str | None = None
    thumbnail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AiCosts:
    """What AI calls cost. ``cost_usd`` is None if no call has a known price."""

    calls: int = 0
    cached: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    audio_seconds: float = 0.0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """A person's correction; a field is None if they said nothing about it."""

    id: str
    at: str
    correct_category: str
    correct_item: str | None = None
    correct_state: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCorrection(CorrectionView):
    """A correction that was just stored."""

    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoView:
    """One photo. ``status`` is processing, ready or failed; ``version`` counts edits of its title and tags.

    ``answer`` is the JSON of a ``PhotoAnswer`` as ai wrote it, perhaps in another version. None until it is stored.
    """

    id: str
    job_id: str
    status: str
    created_at: str
    title: str
    filename: str
    content_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    warnings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    version: int = 0
    answer: dict[str, Any] | None = None
    keys: PhotoKeys = PhotoKeys()
    spent: AiCosts = AiCosts()
    feedback: tuple[CorrectionView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPage:
    """Photos, newest first; ``next_cursor`` is None on the last page."""

    items: tuple[PhotoView, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The answer that was corrected: its most confident item, None if the photo showed none."""

    category: str | None = None
    item: str | None = None
    state: str | None = None
    confidence: float | None = None
    abstained: bool = False
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """The correct answer."""

    category: str
    item: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelView:
    """One correction as labelled data: the picture, the answer, and the correct answer."""

    id: str
    at: str
    media_id: str
    image_key: str
    said: Said
    correct: Correct
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPage:
    """Corrections, newest first; ``next_cursor`` is None on the last page."""

    items: tuple[LabelView, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPhotos(IndexRequest[PhotoPage]):
    """Request a page of a tenant's photos; ``status`` as in ``PhotoView``, the rest as in ``ListMedia``.

    ``category`` is that of the surest item, of photos of which something is claimed. Refused with ``invalid-cursor``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/photos")

    tenant_id: str
    limit: int = 20
    cursor: str | None = None
    status: str | None = None
    category: str | None = None
    tag: str | None = None
    title: str | None = None
    created_after_ms: int | None = None
    created_before_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPhoto(IndexRequest[PhotoView]):
    """Request one photo. Refused with ``not-found``, also for another tenant's photo."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/photos/{media_id}")

    tenant_id: str
    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFeedback(IndexRequest[KeptCorrection]):
    """Store a correction; ``by`` is its author. Refused with ``not-found``, ``not-ready`` and ``invalid-field``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/photos/{media_id}/feedback")

    tenant_id: str
    media_id: str
    by: str
    correct_category: str
    correct_item: str | None = None
    correct_state: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFeedback(IndexRequest[LabelPage]):
    """Request a page of a tenant's corrections. Refused with ``invalid-cursor``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/feedback")

    tenant_id: str
    limit: int = 20
    cursor: str | None = None


REQUESTS = (ListPhotos, ReadPhoto, AddFeedback, ListFeedback)
