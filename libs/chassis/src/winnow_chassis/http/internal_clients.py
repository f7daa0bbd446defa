"""The clients of Winnow's two internal APIs: a request goes in, its answer comes out, both typed by the contract."""

from typing import TypeVar

from winnow_chassis.http.client import InternalClient
from winnow_contracts.internal_api import AiRequest, IndexRequest

A = TypeVar("A")


class IndexClient:
    """Asks index. Safe for threads.

    ``IndexClient(url, token).ask(ReadMedia(tenant_id="default", media_id=media_id))`` gives a ``MediaView``.
    """

    def __init__(self, base_url: str, token: str, *, timeout_seconds: float = 10) -> None:
        self._http = InternalClient(base_url, token, "index", timeout_seconds=timeout_seconds)

    def ask(self, request: IndexRequest[A]) -> A:
        """Index's answer. Raises NotFound, Conflict, BadInput and Unavailable, with the codes the request names."""
        return self._http.answer(request)

    def probe(self) -> None:
        """Raise Unavailable where index does not answer."""
        self._http.probe()


class AiClient:
    """Asks ai, as ``IndexClient`` asks index. Safe for threads."""

    def __init__(self, base_url: str, token: str, *, timeout_seconds: float = 10) -> None:
        self._http = InternalClient(base_url, token, "ai", timeout_seconds=timeout_seconds)

    def ask(self, request: AiRequest[A]) -> A:
        """Ai's answer. Raises NotFound, Conflict, BadInput and Unavailable, with the codes the request names."""
        return self._http.answer(request)

    def probe(self) -> None:
        """Raise Unavailable where ai does not answer."""
        self._http.probe()
