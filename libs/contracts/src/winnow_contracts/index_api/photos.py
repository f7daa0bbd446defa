"""Photos with their answers, and people's corrections, as index tells of them."""

from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoKeys:
    """Store keys of a photo's objects; None for what there is not yet."""

    original: str | None = None
    image: str | None = None
    thumbnail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AiCosts:
    """What AI calls took; ``cost_usd`` is None where no price is known of any call."""

    calls: int = 0
    cached: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """What somebody said is right; None where nothing was said."""

    id: str
    at: str
    correct_category: str
    correct_item: str | None = None
    correct_state: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCorrection(CorrectionView):
    """A correction as it was kept just now."""

    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoView:
    """One photo; ``status`` is processing, ready or failed.

    ``answer`` is the JSON of a ``PhotoAnswer`` as ai wrote it, perhaps of another version; None until it is stored.
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
    """What had been answered: the most confident item, None where the photo showed none."""

    category: str | None = None
    item: str | None = None
    state: str | None = None
    confidence: float | None = None
    abstained: bool = False
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """What is right."""

    category: str
    item: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelView:
    """One correction as labelled data: the picture, what was said of it, and what is right."""

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
    """A page of a tenant's photos; ``status`` as in a view. Refused with ``invalid-cursor``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/photos")

    tenant_id: str
    limit: int = 20
    cursor: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPhoto(IndexRequest[PhotoView]):
    """One photo. Refused with ``not-found``, for another tenant's too."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/photos/{media_id}")

    tenant_id: str
    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFeedback(IndexRequest[KeptCorrection]):
    """Keep a correction; ``by`` is who made it. Refused with ``not-found``, ``not-ready`` and ``invalid-field``."""

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
    """A page of a tenant's corrections. Refused with ``invalid-cursor``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/feedback")

    tenant_id: str
    limit: int = 20
    cursor: str | None = None


REQUESTS = (ListPhotos, ReadPhoto, AddFeedback, ListFeedback)
