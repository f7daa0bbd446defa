"""The one door to the AI endpoint: transcribe a piece, embed texts, see that it answers. Never retries by itself."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import openai

from winnow_ai.heard import Heard, Unreadable, read_heard
from winnow_ai.retry_after import retry_after_seconds
from winnow_ai.settings import EndpointSettings
from winnow_ai.vectors import read_vectors
from winnow_contracts.errors import BadInput, RateLimited, Temporary, TimedOut, Unavailable, WinnowError

Observe = Callable[[str, str], None]
"""Told of every call: the model and how it went, ``ok`` or the problem code."""


class Endpoint:
    """An OpenAI-compatible endpoint. Safe for threads; the settings say how many calls of a kind run at once.

    Raises Unavailable(dependency="ai") where it does not answer or is not set up for this, RateLimited, TimedOut,
    BadInput where it refuses the content, and Temporary (``upstream-invalid``) where its answer is nonsense.
    """

    def __init__(self, settings: EndpointSettings, observe: Observe = lambda model, outcome: None) -> None:
        self._settings = settings
        self._observe = observe
        self._speech_slots = threading.BoundedSemaphore(settings.speech_calls)
        self._embedding_slots = threading.BoundedSemaphore(settings.embedding_calls)
        # The journal retries, with back-off and a record; a retry inside the library would be seen by nobody.
        self._client = openai.OpenAI(base_url=settings.base_url, api_key=settings.api_key, max_retries=0)

    def transcribe(self, flac: bytes, duration_ms: int, language: str | None) -> Heard:
        """What is said in one piece of FLAC; silence is an answer without segments."""
        settings = self._settings
        model = settings.transcription_model
        patience = duration_ms / 1000 * settings.transcription_timeout_per_audio_second
        with self._speech_slots, self._call(model, "WINNOW_AI_TRANSCRIPTION_MODEL"):
            answer = self._client.audio.transcriptions.with_raw_response.create(
                file=("piece.flac", flac, "audio/flac"),
                model=model,
                language=language or openai.omit,
                response_format="verbose_json",
                timestamp_granularities=["word", "segment"],
                timeout=settings.transcription_timeout_seconds + patience,
            )
            heard = read_heard(_json(answer.http_response.content))
            if heard.segments and not heard.has_times:
                raise _not_set_up(
                    f"the model {model} answers without times, and a transcript without times can not be searched",
                    "WINNOW_AI_TRANSCRIPTION_MODEL",
                )
            return heard

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of unit length for each text, in order."""
        settings = self._settings
        asked = settings.embedding_dimensions if settings.embedding_ask_dimensions else openai.omit
        with self._embedding_slots, self._call(settings.embedding_model, "WINNOW_AI_EMBEDDING_MODEL"):
            answer = self._client.embeddings.with_raw_response.create(
                input=list(texts),
                model=settings.embedding_model,
                dimensions=asked,
                encoding_format="float",
                timeout=settings.embedding_timeout_seconds,
            )
            vectors = read_vectors(_json(answer.http_response.content), len(texts))
            if any(len(vector) != settings.embedding_dimensions for vector in vectors):
                raise _not_set_up(
                    f"the model {settings.embedding_model} answers vectors of {len(vectors[0])} numbers, "
                    f"not {settings.embedding_dimensions}",
                    "WINNOW_AI_EMBEDDING_DIMENSIONS",
                )
            return vectors

    def probe(self) -> None:
        """Ask for the list of models; returns where the endpoint answers and takes the key."""
        try:
            self._client.models.with_raw_response.list(timeout=self._settings.probe_timeout_seconds)
        except openai.NotFoundError:
            return  # alive, but without a list: some servers have none
        except openai.OpenAIError as error:
            raise _translated(error, "WINNOW_AI_BASE_URL") from error

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    @contextmanager
    def _call(self, model: str, setting: str) -> Iterator[None]:
        """One counted call; whatever the library or the answer raises leaves it as an error of ours."""
        try:
            yield
        except WinnowError as error:
            self._observe(model, error.code)
            raise
        except openai.OpenAIError as error:
            ours = _translated(error, setting)
            self._observe(model, ours.code)
            raise ours from error
        except Unreadable as error:
            self._observe(model, "upstream-invalid")
            raise Temporary(
                f"the answer of {model} can not be used: {error}",
                code="upstream-invalid",
                hint="Look at what answers under WINNOW_AI_BASE_URL.",
            ) from error
        self._observe(model, "ok")


def _json(body: bytes) -> Any:
    if not body.strip():
        raise Unreadable("it is empty")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not JSON but begins with {body[:40]!r}") from error


def _not_set_up(sentence: str, setting: str) -> Unavailable:
    # Not Misconfigured, which stops the process, and not Permanent: the jobs are sound and can wait for a correction.
    return Unavailable(sentence, dependency="ai", code="model-unavailable", hint=f"Correct {setting}.")


def _translated(error: openai.OpenAIError, setting: str) -> WinnowError:
    match error:
        case openai.APITimeoutError():
            return TimedOut("the AI endpoint took too long to answer", code="upstream-timeout")
        case openai.APIConnectionError():
            return Unavailable(
                f"the AI endpoint does not answer: {error.__cause__ or error}",
                dependency="ai",
                code="model-unavailable",
                hint="See that the endpoint of WINNOW_AI_BASE_URL runs and can be reached.",
            )
        case openai.APIStatusError():
            return _of_status(error, setting)
        case _:
            return Unavailable(
                f"the AI endpoint could not be asked: {error}", dependency="ai", code="model-unavailable"
            )


def _of_status(error: openai.APIStatusError, setting: str) -> WinnowError:
    said = f"the AI endpoint answered {error.status_code}: {error.message[:300]}"
    about_setup = error.code == "model_not_found" or error.param in ("model", "response_format", "dimensions")
    match error.status_code:
        case 429 if error.code == "insufficient_quota":
            return _not_set_up(said, "WINNOW_AI_API_KEY: its account has no money left")
        case 429:
            return RateLimited(said, retry_after_seconds=retry_after_seconds(error.response.headers))
        case 401 | 403:
            return _not_set_up(said, "WINNOW_AI_API_KEY")
        case 404:
            return _not_set_up(said, setting)
        case 400 | 422 if about_setup:
            return _not_set_up(said, setting)
        case 408 | 504:
            return TimedOut(said, code="upstream-timeout")
        case 413:
            return BadInput(said, code="too-large", hint="Lower WINNOW_AI_PIECE_LIMIT_BYTES and run the job again.")
        case 400 | 422:
            return BadInput(said, code="upstream-invalid", hint="The endpoint does not accept this content.")
        case _:
            return Unavailable(said, dependency="ai", code="model-unavailable")
