"""A client that repeats a request with its Idempotency-Key until it is answered."""

import json
import threading
import zlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from winnow_contracts.errors import WinnowError
from winnow_harness.http_call import call

CALL_SECONDS = 10.0
_AGAIN_SECONDS = 0.3
_REFUSED = frozenset((400, 401, 403, 404, 405, 413, 415, 422))
"""Answers that a repeated request would get again."""


class CallRefused(WinnowError):
    """The gateway rejects this request for good."""


class Client:
    """Calls the gateways with one key; safe for threads. Repeats nothing after ``stop``.

    Each request has its gateway, and goes to the next one where that does not answer.
    """

    def __init__(self, gateway_urls: Sequence[str], key: str) -> None:
        self._urls = tuple(gateway_urls)
        self._key = key
        self._stop = threading.Event()

    def stop(self) -> None:
        """Stops all repeating."""
        self._stop.set()

    def drill(
        self, key: str, *, steps: int = 2, work_ms: int = 0, misbehave: str = "", track: str = "full"
    ) -> str | None:
        """Requests a drill; returns its job once it is accepted, None after ``stop``. Raises CallRefused."""
        body = json.dumps({"steps": steps, "work_ms": work_ms, "misbehave": misbehave, "track": track}).encode()
        return self._until_accepted("/v1/ops/drills", body, key, "application/json")

    def upload(self, key: str, filename: str, content: bytes) -> str | None:
        """Uploads a recording; returns its job once it is accepted, None after ``stop``. Raises CallRefused."""
        path = f"/v1/media?filename={quote(filename)}"
        return self._until_accepted(path, content, key, "application/octet-stream")

    def cancel(self, job_id: str) -> int:
        """Asks once to cancel a job. Returns the answer's status; 0 if none came, then the job may or may not be
        cancelled.
        """
        return self.call("POST", f"/v1/jobs/{job_id}/cancel")[0]

    def call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, *, place: int = 0
    ) -> tuple[int, dict[str, Any]]:
        """Makes one attempt at the gateway ``place``. Returns status and JSON of the answer, status 0 if none came."""
        url = self._urls[place % len(self._urls)]
        status, value = call(method, url + path, self._key, body, headers, seconds=CALL_SECONDS)
        return status, value if isinstance(value, dict) else {}

    def _until_accepted(self, path: str, body: bytes, key: str, content_type: str) -> str | None:
        headers = {"Content-Type": content_type, "Idempotency-Key": key}
        place = zlib.crc32(key.encode())
        while not self._stop.is_set():
            status, answer = self.call("POST", path, body, headers, place=place)
            if status == 0:
                place += 1
            if status == 202:
                return str(answer["job_id"])
            if status in _REFUSED:
                raise CallRefused(f"POST {path} was answered with {status}: {answer.get('detail', '')}")
            self._stop.wait(_AGAIN_SECONDS)
        return None
