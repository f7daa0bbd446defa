"""Requests to a chat model, and its answers, which are checked and never trusted."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from winnow_ai.llm import provider_errors
from winnow_ai.llm.speech_response import Unreadable

_MOST_TOKENS = 10**9
_SHOWN = 4_000
"""How many characters of a bad answer are sent back to the model for repair."""


class Use(StrEnum):
    """The purpose of a call. It names the rate limit, the cache, and the entry in the usage."""

    VISION = "vision"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """One call of a chat model, which is to answer with JSON of ``schema`` in at most ``most_tokens`` tokens."""

    use: Use
    model: str
    instructions: str
    content: str
    schema: dict[str, Any]
    schema_name: str
    temperature: float
    most_tokens: int
    image: bytes | None = None
    """A JPEG. It is sent inside the request, because a link would be open to anyone who saw it."""
    said: str = ""
    """The model's earlier answer, in a request to repair it; ``fault`` says what is wrong with it. Else empty."""
    fault: str = ""

    def repairing(self, said: str, fault: str) -> "ChatRequest":
        """The same question with the earlier answer ``said`` and its ``fault``, for the model to repair."""
        return replace(self, said=said[:_SHOWN], fault=fault)


@dataclass(frozen=True, kw_only=True)
class TokenUsage:
    """Tokens of one call, as counted by the endpoint."""

    tokens_in: int = 0
    tokens_out: int = 0


def read_usage(value: Any) -> TokenUsage | None:
    """The token counts of an answer, or None if it has none, as with small servers."""
    usage = value.get("usage") if isinstance(value, dict) else None
    if not isinstance(usage, dict):
        return None
    return TokenUsage(tokens_in=_tokens(usage.get("prompt_tokens")), tokens_out=_tokens(usage.get("completion_tokens")))


def has_choices(value: Any) -> bool:
    """Whether a model produced this answer. An error that is sent as an answer has no choices."""
    choices = value.get("choices") if isinstance(value, dict) else None
    return isinstance(choices, list) and bool(choices)


def read_text(value: Any) -> str:
    """The text of an answer in OpenAI's form.

    Raises Unreadable if there is no text or it was cut off, and BadInput if the model refuses.
    """
    choices = value.get("choices") if isinstance(value, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise Unreadable("it has no message")
    refusal = message.get("refusal")
    if choice.get("finish_reason") == "content_filter" or (isinstance(refusal, str) and refusal.strip()):
        raise provider_errors.of_content(_cleaned(refusal) if isinstance(refusal, str) else "")
    if choice.get("finish_reason") == "length":
        raise Unreadable("it was cut off at the limit of its length")
    text = message.get("content")
    if not isinstance(text, str) or not text.strip():
        raise Unreadable("its message has no text")
    return _cleaned(text)


def _cleaned(text: str) -> str:
    # A lone surrogate cannot be written as UTF-8, and PostgreSQL rejects NUL.
    return text.encode(errors="ignore").decode().replace("\0", "").strip()


def _tokens(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST_TOKENS:
        return 0
    return value
