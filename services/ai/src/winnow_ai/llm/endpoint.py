"""The AI endpoint: transcribes an audio chunk, embeds texts, asks a chat model, probes. Calls can be cancelled."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import httpx2

from winnow_ai.llm import provider_errors
from winnow_ai.llm.capabilities import NO_CAPABILITIES, ModelCapabilities, read_capabilities
from winnow_ai.llm.chat import ChatRequest, TokenUsage, Use, has_choices, read_text, read_usage
from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_ai.llm.speech_response import SpeechResponse, Unreadable, read_speech_response
from winnow_ai.llm.timeouts import in_time, unheard
from winnow_ai.llm.vectors import read_vectors
from winnow_base import tracing
from winnow_base.async_bridge import AsyncBridge, Check, never
from winnow_contracts.errors import Temporary, WinnowError

if TYPE_CHECKING:
    from winnow_ai.llm.client import EndpointClient

Paid = Callable[[TokenUsage | None], None]

Observe = Callable[[str, str], None]
"""Called after every call with the model and the outcome: ``ok``, the problem code, or ``given-up``."""


class Endpoint:
    """An OpenAI-compatible endpoint. Safe for threads. The caller gets a place (``Admission``) first.

    ``check`` is called while a call waits for its answer; if it raises, the connection is closed and that is raised.
    Raises Unavailable(dependency="ai") if the endpoint does not answer or is not set up for the call, RateLimited,
    TimedOut, BadInput if it refuses the content, and Temporary (``upstream-invalid``) if its answer cannot be used.
    """

    def __init__(self, settings: EndpointSettings, observe: Observe = lambda model, outcome: None) -> None:
        self._settings = settings
        self._observe = observe
        self._calls = AsyncBridge()
        self._told: dict[str, ModelCapabilities] = {}
        self._chat_seconds = {
            Use.VISION: settings.vision_timeout_seconds,
            Use.TEXT: settings.text_timeout_seconds,
        }
        # Each call has its own time limit. Connections are not limited here: admission limits the calls.
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=16)
        self._http = httpx2.AsyncClient(timeout=None, limits=limits, follow_redirects=True)

    def told(self, model: str) -> ModelCapabilities:
        """A model's capabilities as ``probe`` last read them; the defaults if it never did."""
        return self._told.get(model, NO_CAPABILITIES)

    def transcribe(
        self,
        flac: bytes,
        duration_ms: int,
        language: str | None,
        check: Check = never,
        progress: Callable[[float], None] = unheard,
        paid: Callable[[], None] = lambda: None,
    ) -> SpeechResponse:
        """Transcribe one chunk of FLAC. Silence gives a response without segments.

        If the endpoint streams, ``progress`` is called in another thread with the seconds of audio done so far. A call
        that makes progress, or that waits in the endpoint's own line, never times out. ``paid`` is called for every
        transcription that was answered.
        """
        settings = self._settings
        model = settings.transcription_model
        patience = duration_ms / 1000 * settings.transcription_timeout_per_audio_second
        call = partial(self._client.transcribe, flac, language, streams=self.told(model).streams)
        answer = in_time(settings.transcription_timeout_seconds + patience, call, progress)
        with self._counted(model):
            heard = read_speech_response(_json(self._calls.run(answer, check)))
            paid()
            if heard.segments and not heard.has_times:
                raise provider_errors.not_set_up(
                    f"the model {model} answers without times, and a transcript without times cannot be searched",
                    "WINNOW_AI_TRANSCRIPTION_MODEL",
                )
            return heard

    def embed(self, texts: Sequence[str], check: Check = never, paid: Paid = lambda usage: None) -> list[list[float]]:
        """One vector of unit length for each text, in order.

        ``paid`` is called for every answer with vectors, with its tokens if they were counted.
        """
        settings = self._settings
        call = in_time(settings.embedding_timeout_seconds, lambda deadline: self._client.embed(texts))
        with self._counted(settings.embedding_model):
            answer = _json(self._calls.run(call, check))
            vectors = read_vectors(answer, len(texts))
            paid(read_usage(answer))
            if any(len(vector) != settings.embedding_dimensions for vector in vectors):
                raise provider_errors.not_set_up(
                    f"the model {settings.embedding_model} answers vectors of {len(vectors[0])} numbers, "
                    f"not {settings.embedding_dimensions}",
                    "WINNOW_AI_EMBEDDING_DIMENSIONS",
                )
            return vectors

    def chat(self, question: ChatRequest, check: Check = never, paid: Paid = lambda usage: None) -> str:
        """The text of a chat model's answer. Raises BadInput if the model refuses the content.

        ``paid`` is called for every answer, with its tokens if they were counted. That includes an answer that cannot
        be used, because it was cut off or is a refusal: it costs the same.
        """
        client = self._text_client if question.use is Use.TEXT else self._client
        call = in_time(self._chat_seconds[question.use], lambda deadline: client.chat(question))
        with self._counted(question.model):
            answer = _json(self._calls.run(call, check))
            usage = read_usage(answer)
            if usage is not None or has_choices(answer):
                paid(usage)
            return read_text(answer)

    def probe(self) -> None:
        """Read the list of models and note their capabilities. Returns if the endpoint answers and accepts the key."""
        self._calls.run(self._probe(), never)

    def load(self) -> None:
        """Load the client library now, which takes a second, instead of at the first call."""
        self._client  # noqa: B018 - reading it loads it

    def close(self) -> None:
        """Cancel running calls and close all connections. The endpoint cannot be used afterwards."""
        self._calls.close(self._http.aclose)

    @cached_property
    def _client(self) -> "EndpointClient":
        from winnow_ai.llm.client import EndpointClient  # imported here: the node starts a second sooner

        return EndpointClient(self._settings, self._http)

    @cached_property
    def _text_client(self) -> "EndpointClient":
        settings = self._settings
        if not settings.text_base_url:
            return self._client
        from winnow_ai.llm.client import EndpointClient

        # The library needs a key even if the endpoint does not. Never send this endpoint the other one's key.
        key = settings.text_api_key or "none"
        return EndpointClient(replace(settings, base_url=settings.text_base_url, api_key=key), self._http)

    async def _probe(self) -> None:
        # A plain HTTP request, so that a probe does not load the library.
        settings = self._settings
        url = settings.base_url.rstrip("/") + "/models"
        try:
            async with asyncio.timeout(settings.probe_timeout_seconds):
                answer = await self._http.get(url, headers={"Authorization": f"Bearer {settings.api_key}"})
        except TimeoutError as error:
            raise provider_errors.too_slow() from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise provider_errors.silent(error) from error
        # 404 means alive: some servers have no list of models.
        if answer.status_code >= 400 and answer.status_code != 404:
            raise provider_errors.of_status(
                answer.status_code, answer.text, _error_of(answer), answer.headers, "WINNOW_AI_BASE_URL"
            )
        if answer.status_code < 400:
            self._told = read_capabilities(answer.content)

    @contextmanager
    def _counted(self, model: str) -> Iterator[None]:
        """Count one call and its outcome. Turns an Unreadable answer into Temporary (``upstream-invalid``)."""
        outcome = "given-up"
        try:
            with tracing.call(f"ai: {model}"):
                yield
            outcome = "ok"
        except WinnowError as error:
            outcome = error.code
            raise
        except Unreadable as error:
            outcome = "upstream-invalid"
            raise Temporary(
                f"the answer of {model} cannot be used: {error}",
                code="upstream-invalid",
                hint="Look at what answers under WINNOW_AI_BASE_URL.",
            ) from error
        finally:
            self._observe(model, outcome)


def _json(body: bytes) -> Any:
    if not body.strip():
        raise Unreadable("it is empty")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not JSON but begins with {body[:40]!r}") from error


def _error_of(answer: httpx2.Response) -> Any:
    try:
        body = _json(answer.content)
    except Unreadable:
        return None
    return body.get("error") if isinstance(body, dict) else None
