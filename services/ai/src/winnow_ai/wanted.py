"""What the ai service wants of an endpoint, whichever it is."""

from collections.abc import Sequence
from typing import Protocol

from winnow_ai.heard import Heard


class Speech(Protocol):
    """A speech model. Raises the errors of ``endpoint.Endpoint``."""

    def transcribe(self, flac: bytes, duration_ms: int, language: str | None) -> Heard:
        """What is said in one piece of audio; None lets the model find the language."""


class Embedder(Protocol):
    """An embedding model. Raises the errors of ``endpoint.Endpoint``."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One unit vector a text, in order."""
