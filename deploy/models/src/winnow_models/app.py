"""The Flask application of the model endpoint: routes, bearer key, size limit."""

import hmac
from functools import partial
from typing import Any, BinaryIO

from flask import Flask, Response, jsonify, request

from winnow_models import head_card, whisper
from winnow_models.chat_api import chat_blueprint
from winnow_models.embeddings import DIMENSIONS, Embedder
from winnow_models.embeddings_api import embeddings_blueprint
from winnow_models.openai_errors import RequestRefused, register_errors
from winnow_models.speech_api import MAX_UPLOAD_BYTES, speech_blueprint
from winnow_models.speech_languages import LANGUAGES
from winnow_models.waste import WasteModel
from winnow_models.whisper import Whisper

_FORM_BYTES = 64 * 1024
_UNREAD_BYTES = 64 * 1024 * 1024
_OTHER_PLACES = 4
"""Concurrent calls of the fast models: together with those of speech, fewer than the server has threads."""


def create_app(*, speech: Whisper, embedder: Embedder, waste: WasteModel, api_key: str) -> Flask:
    """Returns the endpoint over its models; every ``/v1`` request needs ``Authorization: Bearer`` with ``api_key``."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_UPLOAD_BYTES + _FORM_BYTES
    register_errors(app)
    app.register_blueprint(speech_blueprint(speech))
    app.register_blueprint(embeddings_blueprint(embedder))
    app.register_blueprint(chat_blueprint(waste))

    @app.before_request
    def check_key() -> None:
        given = request.headers.get("Authorization", "").encode()
        if request.path.startswith("/v1/") and not hmac.compare_digest(given, f"Bearer {api_key}".encode()):
            raise RequestRefused(401, "The API key is missing or wrong.", code="invalid_api_key")

    @app.after_request
    def read_the_rest(response: Response) -> Response:
        """Reads the rest of a refused upload, because a client that still sends would see a broken connection, not the
        answer.

        The answer goes out first: a client that reads while it sends has it at once.
        """
        if response.status_code >= 400 and 0 < (request.content_length or 0) <= _UNREAD_BYTES:
            response.call_on_close(partial(_read_all, request.environ["wsgi.input"]))
        return response

    @app.get("/v1/models")
    def models() -> Response:
        """Lists the models, and how many concurrent calls each accepts."""
        served: dict[str, dict[str, Any]] = {
            whisper.MODEL_ID: {"places": whisper.PLACES, "streams": True, "languages": LANGUAGES},
            **{name: {"places": _OTHER_PLACES} for name in DIMENSIONS},
            head_card.MODEL_ID: {"places": _OTHER_PLACES},
        }
        fixed = {"object": "model", "created": 0, "owned_by": "winnow"}
        return jsonify(object="list", data=[{"id": name, **fixed, **more} for name, more in served.items()])

    @app.get("/healthz")
    def healthz() -> Response:
        """Answers 200 with the models that are in memory."""
        loaded = {
            whisper.MODEL_ID: speech.loaded,
            **embedder.loaded,
            head_card.MODEL_ID: waste.network.loaded,
        }
        return jsonify(status="ok", loaded=loaded)

    return app


def _read_all(unread: BinaryIO) -> None:
    while unread.read(1 << 16):
        pass
