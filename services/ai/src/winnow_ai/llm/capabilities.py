"""What an endpoint's models page says beyond OpenAI's protocol: concurrency, and whether it streams."""

import json
from dataclasses import dataclass
from typing import Any

_MOST_PLACES = 10_000


@dataclass(frozen=True, kw_only=True)
class ModelCapabilities:
    """One model. ``places``: calls served at once, 0 where that is not told."""

    places: int = 0
    streams: bool = False
    """Whether a transcription's progress can be had as a stream of events."""


NO_CAPABILITIES = ModelCapabilities()


def read_capabilities(models_page: bytes) -> dict[str, ModelCapabilities]:
    """By model, from the answer of ``GET /models``; what is not understood tells nothing."""
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
