"""The only module that uses the openai library: one call, the bytes of its answer, its errors as ours. No retries.

The library takes a second to load, so this module is imported at the first call and not at the node's start.
"""

import base64
from collections.abc import Sequence

import httpx2
import openai
from openai.types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam

from winnow_ai.llm import provider_errors
from winnow_ai.llm.chat import ChatRequest, Use
from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_ai.llm.event_stream import is_stream, read_stream
from winnow_ai.llm.timeouts import Deadline
from winnow_contracts.errors import Unavailable, WinnowError


class EndpointClient:
    """Makes calls over the connections of ``http``. Raises the errors of ``provider_errors``. Sets no time limits."""

    def __init__(self, settings: EndpointSettings, http: httpx2.AsyncClient) -> None:
        self._settings = settings
        # The journal retries, with back-off and a record. A retry inside the library would be invisible.
        self._openai = openai.AsyncOpenAI(
            base_url=settings.base_url, api_key=settings.api_key, max_retries=0, timeout=None, http_client=http
        )
        # The library loads this at first access. Do it here and not on the loop, where it would block other calls.
        self._chats = self._openai.chat.completions.with_streaming_response
        self._embeddings = self._openai.embeddings.with_raw_response
        self._transcriptions = self._openai.audio.transcriptions.with_streaming_response

    async def transcribe(self, flac: bytes, language: str | None, deadline: Deadline, *, streams: bool) -> bytes:
        """A transcription in OpenAI's ``verbose_json`` form. With ``streams``, progress extends ``deadline``."""
        setting = "WINNOW_AI_TRANSCRIPTION_MODEL"
        try:
            async with self._transcriptions.create(
                file=("piece.flac", flac, "audio/flac"),
                model=self._settings.transcription_model,
                language=language or openai.omit,
                response_format="verbose_json",
                timestamp_granularities=["word", "segment"],
                extra_body={"stream": "true"} if streams else None,
            ) as answer:
                if is_stream(answer.headers):
                    return await read_stream(answer.iter_lines(), deadline)
                return await answer.http_response.aread()
        except openai.OpenAIError as error:
            raise _translated(error, setting) from error
        except httpx2.HTTPError as error:
            raise provider_errors.half() from error

    async def embed(self, texts: Sequence[str]) -> bytes:
        """A list of vectors in OpenAI's form."""
        settings = self._settings
        try:
            answer = await self._embeddings.create(
                input=list(texts),
                model=settings.embedding_model,
                dimensions=settings.embedding_dimensions if settings.embedding_ask_dimensions else openai.omit,
                encoding_format="float",
            )
        except openai.OpenAIError as error:
            raise _translated(error, "WINNOW_AI_EMBEDDING_MODEL") from error
        return answer.http_response.content

    async def chat(self, question: ChatRequest) -> bytes:
        """An answer in OpenAI's form of chat completions."""
        limits = {self._settings.limit_parameter: question.most_tokens}
        try:
            async with self._chats.create(
                model=question.model,
                messages=_messages(question),
                temperature=question.temperature,
                max_tokens=limits.get("max_tokens", openai.omit),
                max_completion_tokens=limits.get("max_completion_tokens", openai.omit),
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": question.schema_name, "strict": True, "schema": question.schema},
                },
            ) as answer:
                # Read here: the library no longer tells an answer that broke off from no answer at all.
                return await answer.http_response.aread()
        except openai.OpenAIError as error:
            setting = "WINNOW_AI_VISION_MODEL" if question.use is Use.VISION else "WINNOW_AI_TEXT_MODEL"
            raise _translated(error, setting) from error
        except httpx2.HTTPError as error:
            raise provider_errors.half() from error


def _messages(question: ChatRequest) -> list[ChatCompletionMessageParam]:
    content: str | list[ChatCompletionContentPartParam] = question.content
    if question.image is not None:
        url = "data:image/jpeg;base64," + base64.b64encode(question.image).decode()
        content = [{"type": "text", "text": question.content}, {"type": "image_url", "image_url": {"url": url}}]
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": question.instructions},
        {"role": "user", "content": content},
    ]
    if question.said:
        messages += [{"role": "assistant", "content": question.said}, {"role": "user", "content": question.fault}]
    return messages


def _translated(error: openai.OpenAIError, setting: str) -> WinnowError:
    match error:
        case openai.APITimeoutError():
            return provider_errors.too_slow()
        case openai.APIConnectionError():
            return provider_errors.silent(error.__cause__ or error)
        case openai.APIStatusError():
            return provider_errors.of_status(
                error.status_code, error.message, error.body, error.response.headers, setting
            )
        case _:
            return Unavailable(
                f"the AI endpoint could not be asked: {error}", dependency="ai", code="model-unavailable"
            )
