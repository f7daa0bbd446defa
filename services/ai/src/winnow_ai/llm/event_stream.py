"""Reads a transcription sent as server-sent events: progress first, the whole answer at the end."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from winnow_ai.llm import provider_errors
from winnow_ai.llm.timeouts import Deadline
from winnow_contracts.errors import RateLimited, Temporary, WinnowError

PROGRESS, DONE, ERROR = "transcript.text.progress", "transcript.text.done", "error"


def is_stream(headers: Mapping[str, str]) -> bool:
    """Whether an answer is a stream of server-sent events."""
    return headers.get("content-type", "").startswith("text/event-stream")


async def read_stream(lines: AsyncIterator[str], deadline: Deadline) -> bytes:
    """The whole answer as JSON. Progress (seconds of audio) and waits in the endpoint's line extend ``deadline``.

    Raises RateLimited if the endpoint became busy, and Temporary (``upstream-invalid``) if the stream breaks off or
    reports an error.
    """
    async for line in lines:
        if not line.startswith("data:"):
            continue
        event = _event(line.removeprefix("data:"))
        match event.get("type"):
            case kind if kind == PROGRESS and event.get("waiting") is True:
                deadline.waits()
            case kind if kind == PROGRESS:
                seconds = event.get("heard_seconds")
                if isinstance(seconds, (int, float)):
                    deadline.heard(float(seconds))
            case kind if kind == DONE:
                return json.dumps(event).encode()
            case kind if kind == ERROR:
                raise _error(event.get("error"))
            case _:
                pass  # OpenAI's intermediate events; the last event has the whole answer
    raise provider_errors.half()


def _event(data: str) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except ValueError:
        return {}  # for example OpenAI's closing [DONE]
    return event if isinstance(event, dict) else {}


def _error(told: Any) -> WinnowError:
    error = told if isinstance(told, dict) else {}
    sentence = f"the AI endpoint ended its answer with an error: {str(error.get('message'))[:300]}"
    if error.get("code") in ("busy", "rate_limit_exceeded"):
        return RateLimited(sentence)
    return Temporary(sentence, code="upstream-invalid", hint="Look at what answers under WINNOW_AI_BASE_URL.")
