"""Routes of photos, and of what people correct in their answers."""

from flask import Flask, Response, jsonify

from winnow_index.api.questions import body, needed, page, text, text_or_none
from winnow_index.feedback import Correction, Feedback
from winnow_index.photos import Photos


def add(app: Flask, photos: Photos, feedback: Feedback) -> None:
    """Add the routes."""

    @app.get("/internal/v1/photos")
    def photo_list() -> Response:
        return jsonify(photos.page(needed("tenant_id"), **page("status")))

    @app.get("/internal/v1/photos/<media_id>")
    def photo(media_id: str) -> Response:
        return jsonify(photos.one(needed("tenant_id"), media_id))

    @app.post("/internal/v1/photos/<media_id>/feedback")
    def correct(media_id: str) -> tuple[Response, int]:
        given = body()
        correction = Correction(
            correct_category=text(given, "correct_category"),
            correct_item=text_or_none(given, "correct_item"),
            correct_state=text_or_none(given, "correct_state"),
            note=text_or_none(given, "note"),
        )
        kept = feedback.add(text(given, "tenant_id"), media_id, correction, by=text(given, "by"))
        return jsonify(kept), 201

    @app.get("/internal/v1/feedback")
    def labels() -> Response:
        return jsonify(feedback.labels(needed("tenant_id"), **page()))
