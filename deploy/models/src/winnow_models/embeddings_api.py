"""``POST /v1/embeddings`` as OpenAI defines it, answered by the local models."""

import base64
from typing import Any

from flask import Blueprint, Response, jsonify, request

from winnow_models.e5 import Vectors
from winnow_models.embeddings import DIMENSIONS, Embedder
from winnow_models.openai_errors import RequestRefused, invalid, no_such_model

_MAX_TEXTS = 2048


def embeddings_blueprint(embedder: Embedder) -> Blueprint:
    """The route, answered by ``embedder``."""
    routes = Blueprint("embeddings", __name__)

    @routes.post("/v1/embeddings")
    def embed() -> Response:
        """Texts to vectors."""
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict):
            raise RequestRefused(400, "The body must be a JSON object.")
        model = asked.get("model")
        if not isinstance(model, str) or model not in DIMENSIONS:
            raise no_such_model(model)
        if asked.get("dimensions") not in (None, DIMENSIONS[model]):
            raise invalid(f"This model has {DIMENSIONS[model]} dimensions and no other number.", "dimensions")
        form = asked.get("encoding_format", "float")
        if form not in ("float", "base64"):
            raise invalid("The encoding format is 'float' or 'base64'.", "encoding_format")
        texts = _texts(asked.get("input"))
        tokens = embedder.tokens(model, texts)
        return jsonify(
            object="list",
            model=model,
            data=_rows(embedder.embed(model, texts), form),
            usage={"prompt_tokens": tokens, "total_tokens": tokens},
        )

    return routes


def _texts(given: object) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or len(texts) > _MAX_TEXTS:
        raise invalid(f"The input is a text or a list of 1 to {_MAX_TEXTS} texts.", "input")
    if not all(isinstance(text, str) and text for text in texts):
        raise invalid("Every input is a text of at least one character.", "input")
    return texts


def _rows(vectors: Vectors, form: str) -> list[dict[str, Any]]:
    return [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(row.astype("<f4").tobytes()).decode() if form == "base64" else row.tolist(),
        }
        for index, row in enumerate(vectors)
    ]
