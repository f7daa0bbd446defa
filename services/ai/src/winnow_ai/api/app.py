"""The internal HTTP API of the ai service: vectors of queries and disposal rules, for the gateway."""

import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import HTTPException

from winnow_ai.api.rules import rule_routes
from winnow_ai.llm.ports import EmbeddingModel
from winnow_ai.rules.book import RuleBook
from winnow_chassis import metrics
from winnow_contracts.ai_api import Embeddings, EmbedTexts
from winnow_contracts.errors import BadInput, RateLimited, Refused, Unavailable, WinnowError
from winnow_contracts.problems import PROBLEMS, TYPE_BASE
from winnow_journal.codec import encode

MOST_TEXTS = 64
MOST_CHARACTERS = 8_000
"""The longest text. A local model would take seconds for a longer one, and models cut it off anyway."""

_MOST_BYTES = 4 * 1024 * 1024
_CODE_OF_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}


def create_app(
    *,
    embedder: EmbeddingModel,
    generation: str,
    dimensions: int,
    probe: Callable[[], None],
    rules: RuleBook,
    service_token: str,
) -> Flask:
    """The API's Flask app. ``probe`` raises WinnowError while the AI endpoint does not answer."""
    app = Flask("winnow_ai.api")
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    _answer_problems(app)
    _measure(app)
    app.register_blueprint(rule_routes(rules, lambda: _check_token(service_token), _answer))

    @app.route(EmbedTexts.ROUTE.rule, methods=[EmbedTexts.ROUTE.method])
    def embed() -> Response:
        """One vector per text, in order. ``model`` is the vectors' generation; compare only within one generation."""
        _check_token(service_token)
        vectors = embedder.embed(_texts(request.get_json(force=True, silent=True)))
        return _answer(Embeddings(model=generation, dimensions=dimensions, vectors=tuple(vectors)))

    @app.get("/healthz")
    def healthz() -> Response:
        """The process is alive."""
        return _json({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        """Whether the AI endpoint answers (200), or why not (503)."""
        try:
            probe()
        except WinnowError as error:
            return _json({"ready": False, "reasons": {"ai": error.detail}}, 503)
        return _json({"ready": True, "reasons": {}})

    @app.get("/metrics")
    def prometheus() -> Response:
        """Metrics of this process."""
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return app


def _texts(body: Any) -> list[str]:
    texts = body.get("texts") if isinstance(body, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        raise BadInput("'texts' must be a list of texts that are not empty", code="invalid-field")
    if not 1 <= len(texts) <= MOST_TEXTS or any(len(text) > MOST_CHARACTERS for text in texts):
        raise BadInput(
            f"'texts' takes 1 to {MOST_TEXTS} texts of at most {MOST_CHARACTERS} characters", code="invalid-field"
        )
    if any("\ud800" <= character <= "\udfff" for text in texts for character in text):
        raise BadInput("a text holds half a surrogate pair, which is no character", code="invalid-field")
    return texts


def _check_token(service_token: str) -> None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), service_token.encode()):
        raise Refused("The service token is missing or wrong.", code="unauthenticated")


def _answer_problems(app: Flask) -> None:
    @app.errorhandler(WinnowError)
    def ours(error: WinnowError) -> Response:
        if error.code == "model-unavailable" or isinstance(error, Unavailable):
            response = _problem("model-unavailable", error.detail, error.hint)
            response.headers["Retry-After"] = "5"
        else:
            response = _problem(error.code, error.detail, error.hint)
        if isinstance(error, RateLimited) and error.retry_after_seconds:
            response.headers["Retry-After"] = str(round(error.retry_after_seconds))
        return response

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        return _problem(_CODE_OF_STATUS.get(status, "malformed" if status < 500 else "internal"), error.name)


def _measure(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        metrics.HTTP_DURATION.labels(route, str(response.status_code)).observe(time.perf_counter() - g.began)
        return response


def _problem(code: str, detail: str, hint: str = "") -> Response:
    kind = PROBLEMS[code]
    body = {"type": TYPE_BASE + code, "title": kind.title, "status": kind.status, "code": code, "detail": detail}
    if hint:
        body["hint"] = hint
    return _json(body, kind.status, "application/problem+json")


def _answer(value: object) -> Response:
    return Response(encode(value), content_type="application/json")


def _json(body: Any, status: int = 200, content_type: str = "application/json") -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status=status, content_type=content_type)
