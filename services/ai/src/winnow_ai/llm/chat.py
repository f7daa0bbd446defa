"""What is asked of a chat model, and its answer, read without trust."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from winnow_ai.llm import provider_errors
from winnow_ai.llm.speech_response import Unreadable

_MOST_TOKENS = 10**9
_SHOWN = 4_000
"""Characters of a bad answer that are shown to the model which gave it."""


class Use(StrEnum):
    """What a chat model is asked for: the name of its rate limit, of its cache, and in what is spent."""

    VISION = "vision"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """One call of a chat model. The answer is to be JSON of ``schema``, and at most ``most_tokens`` long."""

    use: Use
    model: str
    instructions: str
    content: str
    schema: dict[str, Any]
    schema_name: str
    temperature: float
    most_tokens: int
    image: bytes | None = None
    """A JPEG, sent within the request: a link would be open to anyone who saw it."""
    said: str = ""
    """What the model answered before, where it is asked to repair that; ``fault`` says what to repair."""
    fault: str = ""

    def repairing(self, said: str, fault: str) -> "ChatRequest":
        """The same question once more, after the answer ``said``; ``fault`` is what is told about it."""
        return replace(self, said=said[:_SHOWN], fault=fault)


@dataclass(frozen=True, kw_only=True)
class TokenUsage:
    """Tokens of one call, as the endpoint counted them."""

    tokens_in: int = 0
    tokens_out: int = 0


def read_usage(value: Any) -> TokenUsage | None:
    """The tokens that an answer counts; None where it counts none, as small servers do."""
    usage = value.get("usage") if isinstance(value, dict) else None
    if not isinstance(usage, dict):
        return None
    return TokenUsage(tokens_in=_tokens(usage.get("prompt_tokens")), tokens_out=_tokens(usage.get("completion_tokens")))


def has_choices(value: Any) -> bool:
    """Whether a model was at work: an error told as an answer has no choices."""
    choices = value.get("choices") if isinstance(value, dict) else None
    return isinstance(choices, list) and bool(choices)


def read_text(value: Any) -> str:
    """The text of an answer in OpenAI's form.

    Raises Unreadable where there is none or it was cut off, and BadInput where the model refuses.
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
    # Half a surrogate pair cannot be written as UTF-8, and PostgreSQL takes no NUL.
    return text.encode(errors="ignore").decode().replace("\0", "").strip()


def _tokens(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST_TOKENS:
        return 0
    return value
