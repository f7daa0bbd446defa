"""The clients of Winnow's two internal APIs. Requests and answers are typed by the contract."""

from typing import TypeVar

from winnow_base.http.client import InternalClient
from winnow_contracts.internal_api import AiRequest, IndexRequest

A = TypeVar("A")


class IndexClient:
    """A client of index's internal API. Safe for threads.

    Answers are the dataclasses that their requests name. ``timeout_seconds`` limits each request.

    Example::

        index = IndexClient("http://127.0.0.1:8090", token)
        media = index.ask(ReadMedia(tenant_id="default", media_id=media_id))  # a MediaView
    """

    def __init__(self, base_url: str, token: str, *, timeout_seconds: float = 10) -> None:
        self._http = InternalClient(base_url, token, "index", timeout_seconds=timeout_seconds)

    def ask(self, request: IndexRequest[A]) -> A:
        """Index's answer to ``request``.

        Raises NotFound, Conflict, BadInput and RateLimited with the codes that the request's docstring names, and
        Unavailable if index does not answer.
        """
        return self._http.answer(request)

    def probe(self) -> None:
        """Raise Unavailable if index does not answer."""
        self._http.probe()


class AiClient:
    """A client of ai's internal API, used like ``IndexClient``. Safe for threads."""

    def __init__(self, base_url: str, token: str, *, timeout_seconds: float = 10) -> None:
        self._http = InternalClient(base_url, token, "ai", timeout_seconds=timeout_seconds)

    def ask(self, request: AiRequest[A]) -> A:
        """Ai's answer to ``request``.

        Raises NotFound, Conflict and BadInput with the codes that the request's docstring names, and Unavailable if ai
        does not answer.
        """
        return self._http.answer(request)

    def probe(self) -> None:
        """Raise Unavailable if ai does not answer."""
        self._http.probe()
