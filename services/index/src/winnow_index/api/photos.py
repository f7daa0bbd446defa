"""Routes of photos, and of people's corrections of their answers."""

from flask import Flask

from winnow_contracts.index_api.photos import (
    AddFeedback,
    KeptCorrection,
    LabelPage,
    ListFeedback,
    ListPhotos,
    PhotoPage,
    PhotoView,
    ReadPhoto,
)
from winnow_index.api.request_args import body, needed, page, text, text_or_none
from winnow_index.api.serving import serves
from winnow_index.history import media_filters
from winnow_index.history.feedback import Correction, Feedback
from winnow_index.history.photos import Photos


def add(app: Flask, photos: Photos, feedback: Feedback) -> None:
    """Add the routes."""

    @serves(app, ListPhotos)
    def photo_list() -> PhotoPage:
        return photos.page(needed("tenant_id"), **page(*media_filters.PHOTOS))

    @serves(app, ReadPhoto)
    def photo(media_id: str) -> PhotoView:
        return photos.one(needed("tenant_id"), media_id)

    @serves(app, AddFeedback, status=201)
    def correct(media_id: str) -> KeptCorrection:
        given = body()
        correction = Correction(
            correct_category=text(given, "correct_category"),
            correct_item=text_or_none(given, "correct_item"),
            correct_state=text_or_none(given, "correct_state"),
            note=text_or_none(given, "note"),
        )
        return feedback.add(text(given, "tenant_id"), media_id, correction, by=text(given, "by"))

    @serves(app, ListFeedback)
    def labels() -> LabelPage:
        return feedback.labels(needed("tenant_id"), **page())
