"""What the ai service wants of an endpoint, whichever it is."""

from collections.abc import Callable, Sequence
from typing import Protocol

from winnow_ai.calls import Check, never
from winnow_ai.chat import Question, Usage
from winnow_ai.heard import Heard
from winnow_ai.patience import unheard


class Speech(Protocol):
    """A speech model. Raises the errors of ``endpoint.Endpoint``."""

    def transcribe(
        self,
        flac: bytes,
        duration_ms: int,
        language: str | None,
        check: Check = never,
        progress: Callable[[float], None] = unheard,
    ) -> Heard:
        """What is said in one piece of audio; None lets the model find the language. ``check`` may give it up.

        ``progress`` is told the seconds heard so far, where the model tells of them.
        """


class Embedder(Protocol):
    """An embedding model. Raises the errors of ``endpoint.Endpoint``."""

    def embed(self, texts: Sequence[str], check: Check = never) -> list[list[float]]:
        """One unit vector a text, in order. ``check`` may give it up."""


class Chat(Protocol):
    """Chat models, one for each use. Raises the errors of ``endpoint.Endpoint``."""

    def chat(
        self, question: Question, check: Check = never, paid: Callable[[Usage | None], None] = lambda usage: None
    ) -> str:
        """The text of the answer. ``paid`` is told of every answer that came; ``check`` may give the call up."""
