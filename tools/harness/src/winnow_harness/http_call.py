"""Makes one HTTP call for tests that use, strike and watch Winnow: it repeats nothing, and a refusal is an answer."""

import contextlib
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

NO_ANSWER = 0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole HTTP answer; the names of ``headers`` match in any case."""

    status: int
    headers: http.client.HTTPMessage
    data: bytes

    def json(self) -> Any:
        """Returns the value of a JSON body, None for an empty one. Raises ValueError if it is no JSON."""
        return json.loads(self.data or b"null")


def exchange(
    method: str,
    url: str,
    token: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    seconds: float,
) -> Answer:
    """Makes one attempt and returns the answer, whatever its status. Raises OSError or HTTPException if none came."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection = http.client.HTTPConnection(parts.netloc, timeout=seconds)
    with contextlib.closing(connection):
        connection.connect()
        # A refused upload is answered before all of it was sent; the answer has the reason.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body, {**(headers or {}), "Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        return Answer(status=answer.status, headers=answer.headers, data=answer.read())


def call(
    method: str,
    url: str,
    token: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    seconds: float,
) -> tuple[int, Any]:
    """Makes one attempt. Returns status and JSON, or text if it is no JSON; ``(NO_ANSWER, None)`` if no answer came."""
    try:
        answer = exchange(method, url, token, body, headers, seconds=seconds)
    except (OSError, http.client.HTTPException):
        return NO_ANSWER, None
    try:
        return answer.status, answer.json()
    except ValueError:
        return answer.status, answer.data.decode(errors="replace")
