"""Requests and answers as values: what is sent, and what is made of what comes back. Nothing here does I/O."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote, urlencode

from winnow_client.errors import OF_STATUS, BadInput, ServerError, Temporary, UnexpectedAnswer, WinnowError
from winnow_client.file_body import FileBody
from winnow_client.files import readable
from winnow_client.operation import Operation
from winnow_client.reading import read

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
KEY_HEADER = "Idempotency-Key"
_CALL_SECONDS = 60.0
UPLOAD_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the gateway answered. ``headers`` are by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Call(Generic[T_co]):
    """One request. ``target`` is its path with the query; ``read`` makes the result of an answer below 300.

    ``silence_seconds`` is how long nothing may come or go.
    """

    method: str
    target: str
    read: Callable[[Answer], T_co]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | FileBody = b""
    silence_seconds: float = _CALL_SECONDS

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does the same as sending it once."""
        return self.method == "GET" or KEY_HEADER.lower() in map(str.lower, self.headers)


def call(
    operation: Operation[T],
    *,
    query: Mapping[str, Any] | None = None,
    value: Any = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | FileBody = b"",
    silence_seconds: float = _CALL_SECONDS,
    **parts: str,
) -> Call[T]:
    """The request of an operation. ``parts`` fill its path; ``value`` is sent as JSON, or ``body`` as it is.

    Where the operation takes an Idempotency-Key and ``headers`` have none, it gets one, so that it can be sent again.
    """
    path = operation.path.format(**{name: quote(text, safe="") for name, text in parts.items()})

    def result(answer: Answer) -> T:
        kind = operation.answers.get(answer.status)
        if kind is None:
            raise UnexpectedAnswer(f"{operation.method} {path} answered with the unknown status {answer.status}.")
        return cast(T, answer.content) if kind is bytes else read(kind, json_of(answer))

    sent = {"Content-Type": "application/json"} if value is not None else {}
    key = keyed(str(uuid.uuid4())) if operation.takes_key else {}
    accepted = {} if bytes in operation.answers.values() else {"Accept": "application/json"}
    return Call(
        method=operation.method,
        target=target(path, query),
        read=result,
        headers={**accepted, **sent, **key, **(headers or {})},
        body=json.dumps(value).encode() if value is not None else body,
        silence_seconds=silence_seconds,
    )


def keyed(key: str | None) -> dict[str, str]:
    """The header of an Idempotency-Key, if there is one."""
    return {KEY_HEADER: f'"{key}"'} if key else {}


def target(path: str, query: Mapping[str, Any] | None) -> str:
    """A path with its query; None leaves a parameter out, and a mapping is written as ``name.KEY=VALUE``."""
    pairs: list[tuple[str, Any]] = []
    for name, value in (query or {}).items():
        if isinstance(value, Mapping):
            pairs += [(f"{name}.{key}", inner) for key, inner in value.items()]
        elif value is not None:
            pairs.append((name, readable(value) if isinstance(value, str) else value))
    return f"{path}?{urlencode(pairs, quote_via=quote)}" if pairs else path


def checked(answer: Answer) -> Answer:
    """The answer, if it is none of a problem. Raises the error of its problem."""
    if answer.status < 300:
        return answer
    raise problem(answer)


def json_of(answer: Answer) -> Any:
    """The answer's JSON; None for an empty one. Raises UnexpectedAnswer."""
    try:
        return json.loads(answer.content) if answer.content else None
    except ValueError as error:
        raise UnexpectedAnswer(
            "What answered is not Winnow: it gave no JSON.", hint="Look whether the address is right."
        ) from error


def problem(answer: Answer) -> WinnowError:
    """The error of an answer from 300 on."""
    status = answer.status
    try:
        value = json.loads(answer.content)
    except ValueError:
        value = None
    told = value if isinstance(value, dict) else {}
    kind = OF_STATUS.get(status, BadInput if 400 <= status < 500 else ServerError)
    error = kind(
        told.get("detail") or told.get("title") or f"Winnow answered with status {status}.",
        code=told.get("code", "internal"),
        hint=told.get("hint", ""),
        status=status,
        request_id=told.get("request_id") or answer.headers.get("request-id", ""),
        errors=told.get("errors", ()),
    )
    error.retryable = bool(told.get("retryable", error.retryable))
    if isinstance(error, Temporary):
        error.retry_after_seconds = _seconds(answer.headers.get("retry-after", ""))
    return error


def _seconds(header: str) -> float:
    return float(header) if header.isascii() and header.isdigit() else 0.0
