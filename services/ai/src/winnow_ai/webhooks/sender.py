"""Posts to a webhook: signed, to a checked address, within fifteen seconds whatever the receiver does."""

import asyncio
import functools
import ssl
import time
from dataclasses import dataclass

import httpx2

from winnow_ai.llm.retry_after import retry_after_seconds
from winnow_ai.webhooks.addresses import webhook_address
from winnow_base.async_bridge import AsyncBridge, Check
from winnow_base.http.checked_addresses import AddressRefused
from winnow_contracts.index_api.webhook_deliveries import NextTry
from winnow_contracts.webhooks import signature

_LIMIT_SECONDS = 15.0
_MOST_ANSWER_BYTES = 65_536
_CHUNK_BYTES = 16_384


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of a post: the HTTP ``status``, or the ``error`` why there is none. Nothing else is kept.

    An error is ``address-not-allowed``, ``no-address``, ``no-answer`` or ``timeout``.
    """

    status: int | None = None
    error: str = ""
    retry_after_seconds: float = 0


class WebhookSender:
    """Posts from any number of threads. ``allow_private`` lets it reach this machine and private networks.

    ``trusted`` is what certificates are checked with, by default the usual authorities.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        trusted: ssl.SSLContext | None = None,
        limit_seconds: float = _LIMIT_SECONDS,
    ) -> None:
        self._allow_private = allow_private
        self._limit_seconds = limit_seconds
        self._given = trusted
        self._bridge = AsyncBridge("webhook calls", "posts to webhooks")

    def post(self, due: NextTry, message_id: str, check: Check) -> Reply:
        """Post a try that is due. Raises what ``check`` raises, and nothing else for what a receiver does."""
        return self._bridge.run(self._post(due, message_id), check)

    async def _post(self, due: NextTry, message_id: str) -> Reply:
        reply = Reply(error="timeout")
        try:
            async with asyncio.timeout(self._limit_seconds):
                url = httpx2.URL(due.url)
                address = await webhook_address(url, allow_private=self._allow_private)
                async with (
                    self._client() as client,
                    client.stream(
                        "POST",
                        url.copy_with(host=str(address)),
                        content=due.body.encode(),
                        headers={"Host": url.netloc.decode(), **_headers(due, message_id)},
                        extensions={"sni_hostname": url.raw_host.decode()},
                    ) as answer,
                ):
                    reply = Reply(status=answer.status_code, retry_after_seconds=retry_after_seconds(answer.headers))
                    await _read_away(answer)
        except (AddressRefused, httpx2.InvalidURL):
            return Reply(error="address-not-allowed")
        except TimeoutError:
            return reply
        except httpx2.HTTPError:
            return reply if reply.status is not None else Reply(error="no-answer")
        except (OSError, UnicodeError, OverflowError):  # of looking the name up: an httpx2 error is all else
            return Reply(error="no-address")
        return reply

    @functools.cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Made once, as reading all authorities takes longer than a post."""
        return self._given or httpx2.create_ssl_context(trust_env=False)

    def _client(self) -> httpx2.AsyncClient:
        """A client for one call: a connection of another webhook at the same address must not be taken again."""
        return httpx2.AsyncClient(verify=self._trusted, trust_env=False, follow_redirects=False, timeout=None)


def _headers(due: NextTry, message_id: str) -> dict[str, str]:
    at = int(time.time())
    return {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "Winnow-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(due.secrets, message_id, at, due.body),
    }


async def _read_away(answer: httpx2.Response) -> None:
    """Read what a receiver says besides its status, so that it can end in peace, and no more than its share."""
    read = 0
    async for chunk in answer.aiter_raw(_CHUNK_BYTES):
        read += len(chunk)
        if read >= _MOST_ANSWER_BYTES:
            return
