"""Carries out the steps of flows over httpx2, with asyncio or trio."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, closing
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import httpx2

from winnow_client.calls import Answer, Call, problem
from winnow_client.errors import WinnowError
from winnow_client.file_body import FileBody, sha256
from winnow_client.flows import Event, Exchange, Flow, Hash, NextEvent, OpenEvents, Pause, Receive, Step, Tell, ended
from winnow_client.transport import Server, answer, bytes_of, may_follow, store

T = TypeVar("T")


class AsyncDriver:
    """Runs flows against one gateway, each as ``Driver`` does. Several tasks may use it."""

    def __init__(self, gateway: Server) -> None:
        self._gateway = gateway
        self._http = httpx2.AsyncClient(**gateway.settings(kept=False))

    def keep(self) -> None:
        """Keeps connections for the next request until ``close``."""
        self._http = httpx2.AsyncClient(**self._gateway.settings(kept=True))

    async def close(self) -> None:
        """Closes what is kept."""
        await self._http.aclose()

    async def run(self, flow: Flow[T]) -> T:
        """Runs a flow to its end and returns its result. Raises what it raises."""
        result: T
        [result] = [one async for one in self.told(ended(flow))]
        return result

    async def told(self, flow: Flow[None]) -> AsyncIterator[Any]:
        """Runs a flow and yields what it tells. Raises what it raises."""
        # Closed also where a person interrupts it: a flow may have opened something itself.
        with closing(flow):
            async with AsyncExitStack() as opened:
                running = _Running(self._gateway, self._http, opened)
                found: Any = None
                raised: WinnowError | None = None
                while True:
                    try:
                        step = flow.throw(raised) if raised else flow.send(found)
                    except StopIteration:
                        return
                    found, raised = None, None
                    if isinstance(step, Tell):
                        yield step.value
                        continue
                    try:
                        found = await running.carry_out(step)
                    except WinnowError as error:
                        raised = error


class _Running:
    """One flow's I/O: at most one answer is open, whose events are read."""

    def __init__(self, gateway: Server, http: httpx2.AsyncClient, opened: AsyncExitStack) -> None:
        self._gateway = gateway
        self._http = http
        self._opened = opened
        self._stores: dict[str, tuple[Server, httpx2.AsyncClient]] = {}
        self._events: AsyncIterator[httpx2.ServerSentEvent] | None = None

    async def carry_out(self, step: Step) -> Any:
        """Does the step and returns what the flow is sent."""
        match step:
            case Exchange(call, address):
                return await self._exchange(call, address)
            case Receive(call, take):
                return await self._receive(call, take)
            case Pause(seconds):
                return await anyio.sleep(seconds)
            case Hash(body):
                return await anyio.to_thread.run_sync(sha256, body)
            case OpenEvents(call):
                return await self._open(call)
            case NextEvent():
                return await self._next_event()

    async def _exchange(self, call: Call[Any], address: str) -> Answer:
        content = _blocks(call.body.blocks()) if isinstance(call.body, FileBody) else bytes_of(call)
        server, http = self._reached(address)
        try:
            response = await http.send(server.request(http, call, content), follow_redirects=may_follow(call))
        except httpx2.HTTPError as error:
            raise server.away(error) from error
        return answer(response, response.content)

    async def _receive(self, call: Call[Any], take: Callable[[bytes], object]) -> Answer:
        try:
            request = self._gateway.request(self._http, call, None)
            response = await self._http.send(request, stream=True, follow_redirects=True)
            async with AsyncExitStack() as opened:
                opened.push_async_callback(response.aclose)
                if response.status_code != httpx2.codes.OK:
                    return answer(response, await response.aread())
                async for block in response.aiter_bytes():
                    await anyio.to_thread.run_sync(take, block)
        except httpx2.HTTPError as error:
            raise self._gateway.away(error) from error
        return answer(response, b"")

    def _reached(self, address: str) -> tuple[Server, httpx2.AsyncClient]:
        """The gateway, or the store at an address, with a client of its own: TLS and proxies may be others there."""
        if not address:
            return self._gateway, self._http
        if address not in self._stores:
            server = store(address)
            self._stores[address] = server, httpx2.AsyncClient(**server.settings(kept=False))
        return self._stores[address]

    async def _open(self, call: Call[Any]) -> None:
        await self._opened.aclose()
        try:
            response = await self._http.send(self._gateway.request(self._http, call, None), stream=True)
            self._opened.push_async_callback(response.aclose)
            refused = await response.aread() if response.status_code != httpx2.codes.OK else b""
        except httpx2.HTTPError as error:
            raise self._gateway.away(error) from error
        if response.status_code != httpx2.codes.OK:
            raise problem(answer(response, refused))
        self._events = aiter(httpx2.EventSource(response))

    async def _next_event(self) -> Event | None:
        assert self._events is not None
        try:
            event = await anext(self._events, None)
        except httpx2.HTTPError as error:
            raise self._gateway.away(error) from error
        return None if event is None else Event(id=event.id, name=event.event, data=event.data)


async def _blocks(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The blocks of a file, each read in a thread."""
    while (block := await anyio.to_thread.run_sync(next, blocks, None)) is not None:
        yield block
