"""What both clients give httpx2: addresses, headers, limits; and its errors as ours."""

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

from winnow_client.calls import Answer, Call
from winnow_client.errors import Misconfigured, Unavailable
from winnow_client.file_body import FileBody

_CONNECT_SECONDS = 10.0
_KEPT_SECONDS = 5.0
"""The gateway closes what is silent for 15 seconds; nothing is sent on a connection that it may be closing."""
_HINT = "Look whether the address is right, and whether Winnow runs there."
_STORE_HINT = "The gateway gave its address: look whether it is reached from here."


@dataclass(frozen=True, kw_only=True)
class Server:
    """A gateway, or its store: what errors call it, its address without a slash at its end, the key to use there, if
    any, and what to do where it is away.
    """

    name: str
    address: str
    key: str
    hint: str

    def settings(self, *, kept: bool) -> dict[str, Any]:
        """The arguments of an httpx2 client; with ``kept``, connections are used again."""
        secure = self.address.startswith("https:")
        authorization = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {
            # Reading the machine's authorities takes a tenth of a second, and without TLS nobody asks them.
            "verify": secure,
            # A proxy that the environment names cannot reach this machine's own addresses.
            "trust_env": not _is_here(self.address),
            "headers": {**authorization, "User-Agent": "winnow-client"},
            "limits": httpx2.Limits(max_keepalive_connections=None if kept else 0, keepalive_expiry=_KEPT_SECONDS),
        }

    def request(self, client: httpx2.Client | httpx2.AsyncClient, call: Call[Any], content: Any) -> httpx2.Request:
        """The request of a call."""
        seconds = call.silence_seconds
        return client.build_request(
            call.method,
            f"{self.address}{call.target}",
            headers=dict(call.headers),
            content=content,
            timeout=httpx2.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds)),
        )

    def away(self, error: Exception) -> Unavailable:
        """The error for a server that does not answer."""
        reason = str(error) or type(error).__name__
        return Unavailable(f"{self.name} does not answer at {urlsplit(self.address).netloc}: {reason}", hint=self.hint)


def gateway(url: str, key: str, hint: str = "") -> Server:
    """The gateway at a URL, http or https, whose path, if any, begins every path. Raises Misconfigured."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misconfigured(f"{url!r} is no address.", hint="It looks like https://winnow.example.org.")
    if not key:
        raise Misconfigured(f"There is no API key for {url}.", hint="Hand one in as key.")
    return Server(name="Winnow", address=url.rstrip("/"), key=key, hint=hint or _HINT)


def store(address: str) -> Server:
    """The store at an address that a gateway gave. It must not see the key."""
    return Server(name="Winnow's store", address=address, key="", hint=_STORE_HINT)


def answer(response: httpx2.Response, content: bytes) -> Answer:
    """What was answered."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status_code, headers=headers, content=content)


def bytes_of(call: Call[Any]) -> bytes | None:
    """The body of a call that sends no file."""
    assert not isinstance(call.body, FileBody)
    return None if call.method == "GET" else call.body


def may_follow(call: Call[Any]) -> bool:
    """Whether a link in place of an answer is followed: files may lie in a store. No other host is sent the key."""
    return call.method == "GET"


def _is_here(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
