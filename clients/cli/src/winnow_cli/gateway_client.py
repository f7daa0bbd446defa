"""HTTP client of the gateway: streams uploads, returns JSON, and raises problems as our errors."""

import contextlib
import http.client
import json
import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode, urlsplit

from winnow_cli.local_files import opened, readable, unreadable
from winnow_contracts.errors import BadInput, Conflict, NotFound, Unavailable, WinnowError

_CALL_SECONDS = 60
_UPLOAD_SECONDS = 600
_HINT = "./winnow status shows its parts; ./winnow up starts them."


class GatewayClient:
    """Calls one gateway with one API key.

    Raises Unavailable if it does not answer; ``hint`` says what helps then. ``url`` is http or https; its path, if any,
    is the prefix of the gateway's paths.
    """

    def __init__(self, url: str, key: str, hint: str = _HINT) -> None:
        self._address = urlsplit(url)
        self._key = key
        self._hint = hint

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Any:
        """Returns the JSON of a resource. Raises NotFound, or the WinnowError of the problem."""
        wanted = _encoded(query or {})
        return self._call("GET", f"{path}?{wanted}" if wanted else path, None, {}, _CALL_SECONDS)

    def send(self, method: str, path: str, value: Any = None) -> Any:
        """Requests a change and returns the JSON of the answer. Raises as ``get``, and Conflict if it is not possible
        now.
        """
        if value is None:
            return self._call(method, path, b"", {}, _CALL_SECONDS)
        headers = {"Content-Type": "application/json"}
        return self._call(method, path, json.dumps(value).encode(), headers, _CALL_SECONDS)

    def send_bytes(
        self, path: str, content: bytes, query: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> Any:
        """Sends a file's bytes unchanged and returns the JSON of the answer. Raises as ``get``."""
        sent = {"Content-Type": "application/octet-stream", **(headers or {})}
        return self._call("POST", f"{path}?{_encoded(query)}", content, sent, _CALL_SECONDS)

    def fetch(self, path: str) -> bytes:
        """Returns the bytes of a file. Raises as ``get``."""
        status, content = self._exchange("GET", path, None, {}, _CALL_SECONDS)
        if status >= 300:
            self._checked(status, content)
        return content

    def upload(
        self,
        file: Path,
        progress: Callable[[int, int], None] = lambda sent, size: None,
        options: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """Streams a file and returns the answer with ``media_id`` and ``job_id``; ``options`` are those of its job.

        Calls ``progress(sent_bytes, size_bytes)``. Raises as ``get`` and ``opened``, and BadInput if the file became
        shorter meanwhile.
        """
        with opened(file) as (stream, size):
            name = readable(file.name)
            headers = {
                "Content-Length": str(size),
                "Content-Type": mimetypes.guess_type(name)[0] or "application/octet-stream",
            }
            body = _Counted(file, stream, size, progress)
            query = {option: _text(value) for option, value in (options or {}).items()}
            path = f"/v1/media?{_encoded({'filename': name, **query})}"
            answer: dict[str, Any] = self._call("POST", path, body, headers, _UPLOAD_SECONDS)
        return answer

    def _call(
        self, method: str, path: str, body: "_Counted | bytes | None", headers: dict[str, str], seconds: float
    ) -> Any:
        return self._checked(*self._exchange(method, path, body, {**headers, "Accept": "application/json"}, seconds))

    def _exchange(
        self, method: str, path: str, body: "_Counted | bytes | None", headers: dict[str, str], seconds: float
    ) -> tuple[int, bytes]:
        """Returns the status and the whole body of an answer."""
        kind = http.client.HTTPSConnection if self._address.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._address.netloc, timeout=seconds)
        headers = {**headers, "Authorization": f"Bearer {self._key}"}
        try:
            connection.connect()
            # A refused upload is answered before all of it was sent; the answer has the reason.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, f"{self._address.path}{path}", body=body, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(
                f"Winnow does not answer at {self._address.netloc}: {error}", dependency="gateway", hint=self._hint
            ) from error
        finally:
            connection.close()
        return answer.status, content

    def _checked(self, status: int, content: bytes) -> Any:
        try:
            value = json.loads(content) if content else None
        except ValueError:
            value = None
        if status < 300:
            if content and value is None:
                raise WinnowError("What answered is not Winnow: it gave no JSON.", hint=self._hint)
            return value
        problem = value if isinstance(value, dict) else {}
        detail = problem.get("detail") or problem.get("title") or f"Winnow answered with status {status}."
        code, hint = problem.get("code", "internal"), problem.get("hint", "")
        if status == 404:
            raise NotFound(detail, code=code, hint=hint)
        if status == 409:
            raise Conflict(detail, code=code, hint=hint)
        if status == 503:
            raise Unavailable(detail, dependency="gateway", code=code, hint=hint)
        raise WinnowError(detail, code=code, hint=hint)


def _encoded(query: Mapping[str, object]) -> str:
    """Encodes a query without the parameters that are None; typed bytes that are not UTF-8 are made readable."""
    texts = {name: readable(value) if isinstance(value, str) else value for name, value in query.items()}
    return urlencode({name: value for name, value in texts.items() if value is not None}, quote_via=quote)


def _text(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value


class _Counted:
    """Reads the announced number of bytes of a file; reports how many were read."""

    def __init__(self, file: Path, stream: BinaryIO, size: int, progress: Callable[[int, int], None]) -> None:
        self._file = file
        self._stream = stream
        self._size = size
        self._progress = progress
        self._sent = 0

    def read(self, amount: int = -1) -> bytes:
        left = self._size - self._sent
        wanted = left if amount < 0 else min(amount, left)
        try:
            block = self._stream.read(wanted)
        except OSError as error:
            raise unreadable(self._file, error) from error
        if not block and wanted:
            detail = f"{readable(self._file)} became shorter while it was sent: {self._sent} of {self._size} bytes."
            raise BadInput(detail, code="size-mismatch", hint="Send it again once nothing writes to it.")
        self._sent += len(block)
        self._progress(self._sent, self._size)
        return block
