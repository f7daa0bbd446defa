"""``AsyncClient``: one gateway, and all that a program asks of it."""

from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self, Unpack

from winnow_client import requests
from winnow_client.account_events import account_events
from winnow_client.async_driver import AsyncDriver
from winnow_client.async_feeds import AsyncFeedCalls
from winnow_client.async_resources import AsyncAsker, AsyncJobCalls, AsyncMediaCalls, AsyncPhotoCalls
from winnow_client.async_webhooks import AsyncWebhookCalls
from winnow_client.calls import call, json_of
from winnow_client.found import Found
from winnow_client.generated import operations, queries
from winnow_client.generated.models import JobEvent, Rules
from winnow_client.retries import Retries
from winnow_client.transport import gateway


class AsyncClient:
    """Calls one gateway with one API key: ``async with AsyncClient("http://127.0.0.1:8080", key=…) as winnow:``.

    Connections are used again within the block; without one each request has its own. ``hint`` is what an error says
    to do where the gateway does not answer. Every method raises WinnowError. Several may use a client at a time.
    """

    def __init__(self, url: str, key: str, *, retries: Retries | None = None, hint: str = "") -> None:
        self._gateway = gateway(url, key, hint)
        self._driver = AsyncDriver(self._gateway)
        self._asker = AsyncAsker(self._driver, retries or Retries())
        self.media = AsyncMediaCalls(self._asker)
        self.jobs = AsyncJobCalls(self._asker)
        self.photos = AsyncPhotoCalls(self._asker)
        self.webhooks = AsyncWebhookCalls(self._asker)
        self.feeds = AsyncFeedCalls(self._asker)

    async def __aenter__(self) -> Self:
        self._driver.keep()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._driver.close()

    async def search(self, query: str, **filters: Unpack[queries.SearchQuery]) -> Found:
        """The moments where something is said or meant, the best first."""
        hits = await self._asker.ask(call(operations.SEARCH, query={"q": query, **filters}))
        return Found(hits=hits, address=self._gateway.address)

    async def rules(self, **filters: Unpack[queries.ListRulesQuery]) -> Rules:
        """How waste is thrown away in a region, with the source of each rule."""
        return await self._asker.ask(call(operations.LIST_RULES, query=filters))

    def events(self, **wanted: Unpack[queries.FollowAccountQuery]) -> AsyncIterator[JobEvent]:
        """What happens with all jobs of the account, from now on or ``after`` an event's id, until you stop.

        A stream that breaks is taken up again, and a gateway that is away is waited for. Each ``status`` of a job is
        told once and in order; ``stage`` and ``progress`` while somebody listens. ``reset``: what happened meanwhile is
        kept no more, so list again.
        """
        return self._driver.told(account_events(wanted))

    async def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON of any path, such as ``/v1/ops/queues``, as it is answered."""
        return await self._asker.ask(requests.raw("GET", path, json_of, query=query, headers=requests.JSON))

    async def send(
        self,
        method: str,
        path: str,
        value: Any = None,
        *,
        content: bytes = b"",
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Sends JSON, or ``content`` as it is, to any path; returns the JSON of the answer.

        It is sent again, where that helps, only with the header ``Idempotency-Key``.
        """
        headers = {**requests.JSON, **(headers or {})}
        wanted = requests.raw(method, path, json_of, query=query, value=value, body=content, headers=headers)
        return await self._asker.ask(wanted)

    async def fetch(self, path: str) -> bytes:
        """The bytes of any path, such as a picture's, read as a whole."""
        return await self._asker.ask(requests.raw("GET", path, requests.content_of))
