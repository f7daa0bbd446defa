"""The internal HTTP API of the ai service: vectors of queries and disposal rules, for the gateway."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request

from winnow_ai.api.rules import add_rules
from winnow_ai.llm.ports import EmbeddingModel
from winnow_ai.rules.book import RuleBook
from winnow_base.http.app_kit import internal_app, serves
from winnow_contracts.ai_api import Embeddings, EmbedTexts
from winnow_contracts.errors import BadInput, Unavailable

MOST_TEXTS = 64
MOST_CHARACTERS = 8_000
"""The longest text. A local model would take seconds for a longer one, and models cut it off anyway."""

_MOST_BYTES = 4 * 1024 * 1024


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
    app = internal_app("winnow_ai.api", service_token=service_token, needs={"ai": probe})
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    add_rules(app, rules)

    @serves(app, EmbedTexts)
    def embed() -> Embeddings:
        """One vector per text, in order. ``model`` is the vectors' generation; compare only within one generation."""
        texts = _texts(request.get_json(force=True, silent=True))
        try:
            vectors = embedder.embed(texts)
        except Unavailable as error:
            raise Unavailable(
                error.detail, dependency=error.dependency, code="model-unavailable", hint=error.hint
            ) from error
        return Embeddings(model=generation, dimensions=dimensions, vectors=tuple(vectors))

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
