"""The lines of one process: one per kind of call, so that a photo never waits for an hour of speech."""

import hashlib
from dataclasses import dataclass

from winnow_ai.admission.desk import Desk
from winnow_ai.admission.place import Admission
from winnow_ai.clock import Clock
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.endpoint_settings import EndpointSettings


@dataclass(frozen=True, kw_only=True)
class Lines:
    """All lines at one endpoint, one per kind of call."""

    speech: Admission
    embedding: Admission
    """For passages only. Another process embeds queries, and they never wait."""
    vision: Admission
    text: Admission


def lines_at(endpoint: Endpoint, settings: EndpointSettings, desk: Desk, clock: Clock) -> Lines:
    """The lines for the models of ``settings``. Nodes that share an endpoint and a model stand in one line."""

    def line(use: str, what: str, model: str, ceiling: int, per_minute: int | None = None) -> Admission:
        shared = hashlib.sha256(f"{settings.base_url}\0{model}".encode()).hexdigest()[:12]
        return Admission(
            desk=desk,
            clock=clock,
            api=f"{use} {shared}",
            what=what,
            told=lambda: endpoint.told(model).places,
            ceiling=ceiling,
            per_minute=per_minute,
        )

    speech, vectors = settings.transcription_model, settings.embedding_model
    return Lines(
        speech=line("speech", "speech model", speech, settings.speech_calls, settings.speech_per_minute),
        embedding=line(
            "embedding", "embedding model", vectors, settings.embedding_calls, settings.embedding_per_minute
        ),
        vision=line("vision", "vision model", settings.vision_model, settings.vision_calls),
        text=line("text", "text model", settings.text_model, settings.text_calls),
    )
