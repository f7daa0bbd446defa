"""One HTTP call, for all that strikes Winnow and looks at it meanwhile: that nobody answers is an answer, too."""

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
    """One try: status and JSON of the answer, its text where that is no JSON; ``(NO_ANSWER, None)`` where none came."""
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
