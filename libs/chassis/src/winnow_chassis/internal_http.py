"""Calls from one Winnow service to another's internal HTTP API, with the service token."""

from typing import Any

import urllib3

from winnow_contracts.errors import BadInput, Conflict, NotFound, Unavailable, WinnowError


class InternalClient:
    """JSON over HTTP to one service. ``dependency`` names it in Unavailable errors. Safe for threads."""

    def __init__(self, base_url: str, token: str, dependency: str, *, timeout_seconds: float = 10) -> None:
        self._base_url = base_url.rstrip("/")
        self._dependency = dependency
        self._pool = urllib3.PoolManager(
            maxsize=32,
            retries=False,
            timeout=urllib3.Timeout(connect=2, read=timeout_seconds),
            headers={"Authorization": f"Bearer {token}"},
        )

    def get(self, path: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """The JSON answer to GET; parameters that are None are left out."""
        fields = {name: str(value) for name, value in (params or {}).items() if value is not None}
        return self._answer("GET", path, fields=fields)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The JSON answer to POST."""
        return self._answer("POST", path, json=body)

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The JSON answer to PUT."""
        return self._answer("PUT", path, json=body)

    def delete(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The JSON answer to DELETE."""
        return self._answer("DELETE", path, json=body)

    def _answer(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            response = self._pool.request(method, self._base_url + path, **request)
            value = response.json()
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise self._unavailable(f"The {self._dependency} API does not answer ({type(error).__name__}).") from error
        if response.status < 400 and isinstance(value, dict):
            return value
        raise self._error(response.status, value if isinstance(value, dict) else {})

    def _error(self, status: int, problem: dict[str, Any]) -> WinnowError:
        detail = str(problem.get("detail") or f"The {self._dependency} API answered {status}.")
        words = {"code": str(problem.get("code", "internal")), "hint": str(problem.get("hint", ""))}
        match status:
            case 404:
                return NotFound(detail, **words)
            case 409:
                return Conflict(detail, **words)
            case 400 | 405 | 406 | 413 | 415 | 422:
                return BadInput(detail, **words)
            case _:
                return self._unavailable(detail, code=words["code"] if status == 503 else "unavailable")

    def _unavailable(self, detail: str, code: str = "unavailable") -> Unavailable:
        return Unavailable(detail, dependency=self._dependency, code=code, hint="Try again in a moment.")
