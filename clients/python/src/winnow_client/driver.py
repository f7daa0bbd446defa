"""Carries out the steps of flows over httpx2, in the calling thread."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any, TypeVar

import httpx2

from winnow_client.calls import Answer, Call, problem
from winnow_client.errors import WinnowError
from winnow_client.file_body import FileBody, sha256
from winnow_client.flows import Event, Exchange, Flow, Hash, NextEvent, OpenEvents, Pause, Receive, Step, Tell, ended
from winnow_client.transport import Server, answer, bytes_of, may_follow, store

T = TypeVar("T")


class Driver:
    """Runs flows against one gateway. Several threads may use it.

    Unless ``keep`` was called, each request has a connection of its own, so nothing is left to close.
    """

    def __init__(self, gateway: Server) -> None:
        self._gateway = gateway
        self._http = httpx2.Client(**gateway.settings(kept=False))

    def keep(self) -> None:
        """Keeps connections for the next request until ``close``."""
        self._http = httpx2.Client(**self._gateway.settings(kept=True))

    def close(self) -> None:
        """Closes what is kept."""
        self._http.close()

    def run(self, flow: Flow[T]) -> T:
        """Runs a flow to its end and returns its result. Raises what it raises."""
        result: T
        [result] = self.told(ended(flow))
        return result

    def told(self, flow: Flow[None]) -> Iterator[Any]:
        """Runs a flow and yields what it tells. Raises what it raises."""
        # Closed also where a person interrupts it: a flow may have opened something itself.
        with closing(flow), ExitStack() as opened:
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
                    found = running.carry_out(step)
                except WinnowError as error:
                    raised = error


class _Running:
    """One flow's I/O: at most one answer is open, whose events are read."""

    def __init__(self, gateway: Server, http: httpx2.Client, opened: ExitStack) -> None:
        self._gateway = gateway
        self._http = http
        self._opened = opened
        self._stores: dict[str, tuple[Server, httpx2.Client]] = {}
        self._events: Iterator[httpx2.ServerSentEvent] = iter(())

    def carry_out(self, step: Step) -> Any:
        """Does the step and returns what the flow is sent."""
        match step:
            case Exchange(call, address):
                return self._exchange(call, address)
            case Receive(call, take):
                return self._receive(call, take)
            case Pause(seconds):
                return time.sleep(seconds)
            case Hash(body):
                return sha256(body)
            case OpenEvents(call):
                return self._open(call)
            case NextEvent():
                return self._next_event()

    def _exchange(self, call: Call[Any], address: str) -> Answer:
        content = call.body.blocks() if isinstance(call.body, FileBody) else bytes_of(call)
        server, http = self._reached(address)
        try:
            response = http.send(server.request(http, call, content), follow_redirects=may_follow(call))
        except httpx2.HTTPError as error:
            raise server.away(error) from error
        return answer(response, response.content)

    def _receive(self, call: Call[Any], take: Callable[[bytes], object]) -> Answer:
        try:
            request = self._gateway.request(self._http, call, None)
            with closing(self._http.send(request, stream=True, follow_redirects=True)) as response:
                if response.status_code != httpx2.codes.OK:
                    return answer(response, response.read())
                for block in response.iter_bytes():
                    take(block)
        except httpx2.HTTPError as error:
            raise self._gateway.away(error) from error
        return answer(response, b"")

    def _reached(self, address: str) -> tuple[Server, httpx2.Client]:
        """The gateway, or the store at an address, with a client of its own: TLS and proxies may be others there."""
        if not address:
            return self._gateway, self._http
        if address not in self._stores:
            server = store(address)
            self._stores[address] = server, httpx2.Client(**server.settings(kept=False))
        return self._stores[address]

    def _open(self, call: Call[Any]) -> None:
        self._opened.close()
        try:
            response = self._http.send(self._gateway.request(self._http, call, None), stream=True)
            self._opened.callback(response.close)
            refused = response.read() if response.status_code != httpx2.codes.OK else b""
        except httpx2.HTTPError as error:
            raise self._gateway.away(error) from error
        if response.status_code != httpx2.codes.OK:
            raise problem(answer(response, refused))
        self._events = iter(httpx2.EventSource(response))

    def _next_event(self) -> Event | None:
        try:
            event = next(self._events, None)
        except httpx2.HTTPError as error:
            raise self._gateway.away(error) from error
        return None if event is None else Event(id=event.id, name=event.event, data=event.data)
