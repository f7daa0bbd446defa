"""Makes one HTTP call for tests that strike Winnow and watch it: no answer is a valid result."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

NO_ANSWER = 0


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
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection = http.client.HTTPConnection(parts.netloc, timeout=seconds)
    try:
        connection.request(method, path, body, {**(headers or {}), "Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException):
        return NO_ANSWER, None
    finally:
        connection.close()
    return answer.status, _read(content)


def _read(content: bytes) -> Any:
    try:
        return json.loads(content or b"null")
    except ValueError:
        return content.decode(errors="replace")
