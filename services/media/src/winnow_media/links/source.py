"""Asks the server of a link for its file: at checked addresses only, and no longer than it sends."""

import asyncio
import functools
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager

import httpx2

from winnow_base.async_bridge import AsyncBridge, Check, never
from winnow_base.http.checked_addresses import AddressRefused, checked_address
from winnow_contracts.errors import BadInput, Unavailable
from winnow_contracts.links import LinkRules
from winnow_media.links.pace import Pace, Patience, too_slow

MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (408, 425, 429)


class Changed(Exception):
    """The server does not go on where it was asked to: the file begins anew."""


class Unchanged(Exception):
    """The server has what the headers of the request say is here already."""


class LinkSource:
    """Opens links, for any number of threads. ``trusted`` is what certificates are checked with, by default the usual
    authorities.

    No error says more of the link, or of where its name leads, than its sender is to know.
    """

    def __init__(self, rules: LinkRules, *, patience: Patience | None = None, trusted: ssl.SSLContext | None = None):
        self.rules = rules
        self._patience = patience or Patience()
        self._given = trusted
        self._bridge = AsyncBridge("link calls", "fetches what links lead to")

    def open(
        self,
        url: str,
        check: Check,
        *,
        after_bytes: int = 0,
        validator: str = "",
        unless: Mapping[str, str] | None = None,
    ) -> "OpenFile":
        """Ask for the file behind a link, or for what follows ``after_bytes`` of it if ``validator`` is still its.

        ``unless`` are headers that let the server say that it has nothing new: then raises Unchanged. Raises Changed
        if it does not go on; BadInput ``url-not-allowed`` and ``url-not-fetched``, Unavailable
        and TimedOut ``source-unavailable``; and what ``check`` raises.
        """
        headers = {"Accept-Encoding": "identity", "Accept": "*/*", "User-Agent": "Winnow-Links/1"}
        headers |= unless or {}
        if after_bytes:
            headers |= {"Range": f"bytes={after_bytes}-", "If-Range": validator}
        with _translated():
            answer, stack = self._bridge.run(self._opened(url, headers), check)
        file = OpenFile(self._bridge, answer, stack, self._patience, check)
        try:
            if unless and answer.status_code == 304:
                raise Unchanged
            file.accept(after_bytes)
        except BaseException:
            file.close()
            raise
        return file

    async def _opened(self, text: str, headers: dict[str, str]) -> tuple[httpx2.Response, AsyncExitStack]:
        async with AsyncExitStack() as stack, asyncio.timeout(self._patience.head_seconds):
            for _ in range(1 + MOST_REDIRECTS):
                url = httpx2.URL(text)
                answer = await self._asked(url, headers, stack)
                if answer.status_code not in _REDIRECTS:
                    return answer, stack.pop_all()
                await stack.aclose()
                text = str(url.join(answer.headers.get("Location", "")))
        raise BadInput(
            f"The link leads on and on: more than {MOST_REDIRECTS} redirects.",
            code="url-not-fetched",
            hint="Send the address of the file itself.",
        )

    async def _asked(self, url: httpx2.URL, headers: dict[str, str], stack: AsyncExitStack) -> httpx2.Response:
        """Ask one address of a chain of redirects; each is checked like the first."""
        host = url.raw_host.decode()
        if self.rules.fault(str(url)):
            raise AddressRefused
        port = url.port or (443 if url.scheme == "https" else 80)
        address = await checked_address(host, port, lambda one: self.rules.allows(one, host, url.port))
        # A client for one call: a connection of another link at the same address must not be taken again.
        client = httpx2.AsyncClient(verify=self._trusted, trust_env=False, follow_redirects=False, timeout=None)
        await stack.enter_async_context(client)
        return await stack.enter_async_context(
            client.stream(
                "GET",
                url.copy_with(host=str(address), fragment=None),
                headers={"Host": url.netloc.decode(), **headers},
                extensions={"sni_hostname": host},
            )
        )

    @functools.cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Made once, as reading all authorities takes longer than a request."""
        return self._given or httpx2.create_ssl_context(trust_env=False)


class OpenFile:
    """A file that a server is sending. ``total_bytes`` is None if it does not say; ``validator`` names this version of
    the file for ``If-Range``, and is empty if the server gives no strong one.
    """

    def __init__(
        self, bridge: AsyncBridge, answer: httpx2.Response, stack: AsyncExitStack, patience: Patience, check: Check
    ) -> None:
        self._bridge, self._answer, self._stack, self._check = bridge, answer, stack, check
        self._patience, self._pace = patience, Pace(patience)
        self._chunks = answer.aiter_raw()
        self._kept = bytearray()
        self.total_bytes = _total_bytes(answer)
        self.etag, self.last_modified = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
        self.validator = self.etag if self.etag.startswith('"') else self.last_modified

    def accept(self, after_bytes: int) -> None:
        """Raise Changed, BadInput or Unavailable unless this is the file, from ``after_bytes`` on."""
        status = self._answer.status_code
        begins = re.match(r"bytes (\d+)-", self._answer.headers.get("Content-Range", "")) if status == 206 else None
        if after_bytes and (status in (200, 416) or (status == 206 and (not begins or int(begins[1]) != after_bytes))):
            raise Changed
        if status >= 500 or status in _BUSY:
            raise _away(f"answered {status}")
        if status != (206 if after_bytes else 200):
            raise _no_file(f"Its server answered {status}.")
        # Nothing that comes is unpacked, so that no small answer becomes a huge one.
        if self._answer.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
            raise _no_file("Its server sends it packed, although it was asked not to.")

    def peek(self, size_bytes: int) -> bytes:
        """The next bytes, fewer at the file's end; ``read`` gives them again."""
        with _translated():
            self._bridge.run(self._filled(size_bytes), self._check)
        with memoryview(self._kept) as kept:  # a slice of the buffer itself would be one copy more
            return bytes(kept[:size_bytes])

    def read(self, size_bytes: int) -> bytes:
        """The next bytes, fewer only at the file's end. Raises Unavailable and TimedOut ``source-unavailable``."""
        found = self.peek(size_bytes)
        del self._kept[: len(found)]
        return found

    def close(self) -> None:
        """End the connection."""
        self._bridge.run(self._stack.aclose(), never)

    async def _filled(self, size_bytes: int) -> None:
        while len(self._kept) < size_bytes:
            self._pace.wait()
            async with asyncio.timeout(self._patience.stall_seconds):
                chunk = await anext(self._chunks, b"")
            if not chunk:
                return
            self._pace.came(len(chunk))
            self._kept += chunk


@contextmanager
def _translated() -> Iterator[None]:
    """Turn errors of the client into ours. None is named as the cause: theirs may quote the link, which is a secret."""
    try:
        yield
    except (AddressRefused, httpx2.InvalidURL):
        raise BadInput(
            "The link, or where it leads, is none that is fetched.",
            code="url-not-allowed",
            hint="Send an https link of the public internet, to the file itself.",
        ) from None
    except TimeoutError:
        raise too_slow("did not answer in time") from None
    except httpx2.HTTPError as error:
        raise _away(f"broke off ({type(error).__name__})") from None
    except (OSError, UnicodeError, OverflowError):  # of looking the name up: an httpx2 error is all else
        raise _away("has no address") from None


def _total_bytes(answer: httpx2.Response) -> int | None:
    if answer.status_code == 206:
        found = re.fullmatch(r"bytes \d+-\d+/(\d+)", answer.headers.get("Content-Range", ""))
        return int(found[1]) if found else None
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _away(what: str) -> Unavailable:
    return Unavailable(
        f"The server of the link {what}.", dependency="link", code="source-unavailable", hint="It is tried again."
    )


def _no_file(why: str) -> BadInput:
    return BadInput(
        f"The link leads to no file that can be fetched. {why}",
        code="url-not-fetched",
        hint="Check the link: it must lead to the file itself, without signing in.",
    )
