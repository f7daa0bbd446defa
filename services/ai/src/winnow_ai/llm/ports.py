"""Protocols of the models that the ai service calls."""

from collections.abc import Callable, Sequence
from typing import Protocol

from winnow_ai.llm.chat import ChatRequest, TokenUsage
from winnow_ai.llm.speech_response import SpeechResponse
from winnow_ai.llm.timeouts import unheard
from winnow_base.async_bridge import Check, never


class SpeechModel(Protocol):
    """A speech model. Raises the errors of ``endpoint.Endpoint``."""

    def transcribe(
        self,
        flac: bytes,
        duration_ms: int,
        language: str | None,
        check: Check = never,
        progress: Callable[[float], None] = unheard,
        paid: Callable[[], None] = lambda: None,
    ) -> SpeechResponse:
        """Transcribe one chunk of FLAC. Without a language the model detects it. ``check`` may cancel the call.

        ``progress`` is called with the seconds of audio done so far, if the model reports them; ``paid`` once for an
        answer, also for one that cannot be used.
        """


class EmbeddingModel(Protocol):
    """An embedding model. Raises the errors of ``endpoint.Endpoint``."""

    def embed(
        self,
        texts: Sequence[str],
        check: Check = never,
        paid: Callable[[TokenUsage | None], None] = lambda usage: None,
    ) -> list[list[float]]:
        """One unit vector per text, in order. ``paid`` is called for every answer; ``check`` may cancel the call."""


class ChatModel(Protocol):
    """Chat models, one per use. Raises the errors of ``endpoint.Endpoint``."""

    def chat(
        self,
        question: ChatRequest,
        check: Check = never,
        paid: Callable[[TokenUsage | None], None] = lambda usage: None,
    ) -> str:
        """The text of the answer. ``paid`` is called for every answer; ``check`` may cancel the call."""
