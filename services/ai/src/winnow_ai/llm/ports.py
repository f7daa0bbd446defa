"""Protocols of the models that the ai service calls."""

from collections.abc import Callable, Sequence
from typing import Protocol

from winnow_ai.llm.async_bridge import Check, never
from winnow_ai.llm.chat import ChatRequest, TokenUsage
from winnow_ai.llm.speech_response import SpeechResponse
from winnow_ai.llm.timeouts import unheard


class SpeechModel(Protocol):
    """A speech model. Raises the errors of ``endpoint.Endpoint``."""

    def transcribe(
        self,
        flac: bytes,
        duration_ms: int,
        language: str | None,
        check: Check = never,
        progress: Callable[[float], None] = unheard,
    ) -> SpeechResponse:
        """What is said in one piece of audio; None lets the model find the language. ``check`` may give it up.

        ``progress`` is told the seconds heard so far, where the model tells of them.
        """


class EmbeddingModel(Protocol):
    """An embedding model. Raises the errors of ``endpoint.Endpoint``."""

    def embed(self, texts: Sequence[str], check: Check = never) -> list[list[float]]:
        """One unit vector a text, in order. ``check`` may give it up."""


class ChatModel(Protocol):
    """Chat models, one for each use. Raises the errors of ``endpoint.Endpoint``."""

    def chat(
        self,
        question: ChatRequest,
        check: Check = never,
        paid: Callable[[TokenUsage | None], None] = lambda usage: None,
    ) -> str:
        """The text of the answer. ``paid`` is told of every answer that came; ``check`` may give the call up."""
