"""Settings of the chat model's server, read from the environment once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from winnow_base.environment import Environment
from winnow_models.settings import model_threads

_CONTEXT_TOKENS = 4096
"""A rule with its answer takes about 1,500; the model's own limit would take gigabytes of memory."""


@dataclass(frozen=True, kw_only=True)
class ChatSettings:
    """The file to serve, its loopback port, and its resources."""

    file: Path
    """The chat model's file (GGUF)."""
    port: int
    """The port on which it listens, of this machine alone."""
    api_key: str = field(repr=False)
    """What callers must show."""
    threads: int
    """Threads of the model."""
    context_tokens: int
    """The most tokens of a question with its answer."""


def read_chat_settings(variables: Mapping[str, str] | None = None) -> ChatSettings:
    """Reads settings from ``variables`` or the process environment; Misconfigured lists everything missing or bad."""
    environment = Environment(variables)
    settings = ChatSettings(
        file=environment.path("WINNOW_LOCAL_CHAT_GGUF"),
        port=environment.integer("WINNOW_CHAT_PORT", at_least=1),
        api_key=environment.secret("WINNOW_CHAT_API_KEY"),
        threads=environment.integer("WINNOW_CHAT_THREADS", model_threads(), at_least=1),
        context_tokens=environment.integer("WINNOW_CHAT_CONTEXT_TOKENS", _CONTEXT_TOKENS, at_least=512),
    )
    environment.done()
    return settings
