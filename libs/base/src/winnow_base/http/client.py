"""Sends requests from one Winnow service to another's internal HTTP API, with the service token."""

from typing import Any, TypeVar
from urllib.parse import quote

import urllib3

from winnow_base import tracing
from winnow_contracts import trace_context
from winnow_contracts.errors import BadInput, Conflict, Gone, NotFound, RateLimited, Unavailable, WinnowError
from winnow_contracts.internal_api import TIMEOUT_HEADER, InternalRequest
from winnow_contracts.json_codec import to_json
from winnow_journal.codec import decode, parse

A = TypeVar("A")


class InternalClient:
    """JSON over HTTP to one service. ``dependency`` names it in Unavailable errors. Safe for threads."""

    def __init__(self, base_url: str, token: str, dependency: str, *, timeout_seconds: float = 10) -> None:
        self._base_url = base_url.rstrip("/")
        self._dependency = dependency
        self._pool = urllib3.PoolManager(
            maxsize=32,
            retries=False,
            timeout=urllib3.Timeout(connect=2, read=timeout_seconds),
            headers={"Authorization": f"Bearer {token}", TIMEOUT_HEADER: str(round(timeout_seconds * 1000))},
        )

    def probe(self) -> None:
        """Raise Unavailable if the service does not answer."""
        self._sent("GET", "/healthz")

    def answer(self, request: InternalRequest[A]) -> A:
        """The service's answer. Raises NotFound, Gone, Conflict, BadInput and RateLimited, Unavailable for all else."""
        path, rest = _addressed(request)
        name = f"{self._dependency}: {type(request).__name__}"
        with tracing.span(name, tracing.Kind.CLIENT, trace_context.current()):
            if request.ROUTE.method == "GET":
                fields = {name: str(one) for name, one in rest.items() if one is not None}
                body = self._sent("GET", path, fields=fields)
            else:
                body = self._sent(request.ROUTE.method, path, json=rest)
        kind = request.answer_type()
        try:
            return decode(kind, body)
        except (TypeError, ValueError) as error:
            raise self._unavailable(
                f"The {self._dependency} API answered something that is no {kind.__name__}: {error}."
            ) from error

    def _sent(self, method: str, path: str, **request: Any) -> bytes:
        traceparent = trace_context.current()
        headers = {**self._pool.headers, **({trace_context.HEADER: traceparent} if traceparent else {})}
        try:
            response = self._pool.request(method, self._base_url + path, headers=headers, **request)
        except urllib3.exceptions.HTTPError as error:
            raise self._unavailable(f"The {self._dependency} API does not answer ({type(error).__name__}).") from error
        if response.status < 400:
            return response.data
        raise self._error(response.status, response.data, response.headers.get("Retry-After", ""))

    def _error(self, status: int, body: bytes, retry_after: str) -> WinnowError:
        try:
            problem = parse(body)
        except ValueError:
            problem = None
        if not isinstance(problem, dict):
            return self._unavailable(f"The {self._dependency} API answered {status} without a problem.")
        detail = str(problem.get("detail") or f"The {self._dependency} API answered {status}.")
        words = {"code": str(problem.get("code", "internal")), "hint": str(problem.get("hint", ""))}
        match status:
            case 404:
                return NotFound(detail, **words)
            case 409 | 412:
                return Conflict(detail, **words)
            case 410:
                return Gone(detail, **words)
            case 400 | 405 | 406 | 413 | 415 | 422:
                return BadInput(detail, **words)
            case 429 if retry_after.isdecimal():
                return RateLimited(detail, retry_after_seconds=int(retry_after), **words)
            case _:
                return self._unavailable(detail, code=words["code"] if status == 503 else "unavailable")

    def _unavailable(self, detail: str, code: str = "unavailable") -> Unavailable:
        return Unavailable(detail, dependency=self._dependency, code=code, hint="Try again in a moment.")


def _addressed(request: InternalRequest[Any]) -> tuple[str, dict[str, Any]]:
    """The request's path, and its fields that are not in the path, as JSON."""
    given: dict[str, Any] = to_json(request)
    path = request.ROUTE.path
    named = {name: text for name, text in given.items() if f"{{{name}}}" in path}
    address = path.format(**{name: quote(text, safe="") for name, text in named.items()})
    return address, {name: value for name, value in given.items() if name not in named}
