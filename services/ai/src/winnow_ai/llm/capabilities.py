"""Reads from an endpoint's list of models what OpenAI's protocol lacks: its concurrency, and whether it streams."""

import json
from dataclasses import dataclass
from typing import Any

_MOST_PLACES = 10_000


@dataclass(frozen=True, kw_only=True)
class ModelCapabilities:
    """One model. ``places`` is the number of calls that it serves at once, 0 if unknown."""

    places: int = 0
    streams: bool = False
    """Whether a transcription can report its progress as a stream of events."""


NO_CAPABILITIES = ModelCapabilities()


def read_capabilities(models_page: bytes) -> dict[str, ModelCapabilities]:
    """Capabilities by model, from the answer of ``GET /models``. Fields that cannot be read are ignored."""
    try:
        page = json.loads(models_page)
    except (ValueError, RecursionError):
        return {}
    entries = page.get("data") if isinstance(page, dict) else None
    known = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return {str(one.get("id")): _told(one) for one in known}


def _told(entry: dict[str, Any]) -> ModelCapabilities:
    places = entry.get("places")
    sound = isinstance(places, int) and not isinstance(places, bool) and 0 < places <= _MOST_PLACES
    return ModelCapabilities(places=places if sound else 0, streams=entry.get("streams") is True)  # type: ignore[arg-type]
