"""What the client does over one or several requests, as generators that ask for each piece of I/O.

A flow yields a step; whoever drives it carries the step out, with or without asyncio, and sends back what came of it or
throws the error that it raised.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from winnow_client.calls import Call, checked
from winnow_client.errors import WinnowError
from winnow_client.file_body import FileBody
from winnow_client.retries import NO_RETRIES, Retries

T = TypeVar("T")


@dataclass(frozen=True)
class Exchange:
    """Send the request and read the whole answer, whatever its status: an Answer. Raises Unavailable.

    It goes to the gateway, or to its ``store`` at another address, such as ``https://s3.example.org``, without the key.
    """

    call: Call[Any]
    store: str = ""


@dataclass(frozen=True)
class Receive:
    """Send the request and hand the body of a good answer on, block by block: an Answer without content.

    Any other answer is read whole. Raises Unavailable, also where the body ends too early.
    """

    call: Call[Any]
    take: Callable[[bytes], object]


@dataclass(frozen=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Hash:
    """Read the bytes: their SHA-256 as hex. Raises as ``FileBody.blocks``."""

    body: FileBody


@dataclass(frozen=True)
class OpenEvents:
    """Send the request and keep its answer open, in place of the one before. Raises the error of a problem."""

    call: Call[Any]


@dataclass(frozen=True)
class NextEvent:
    """Wait for the next event of the open answer: an Event, or None at its end. Raises Unavailable."""


@dataclass(frozen=True)
class Event:
    """A server-sent event."""

    id: str
    name: str
    data: str


@dataclass(frozen=True)
class Tell:
    """Hand a value to whoever iterates over the flow."""

    value: Any


Step = Exchange | Receive | Pause | Hash | OpenEvents | NextEvent
"""I/O that a driver carries out."""
Flow = Generator[Step | Tell, Any, T]


def ended(flow: Flow[T]) -> Flow[None]:
    """Runs a flow, and tells its result."""
    yield Tell((yield from flow))


def sending(call: Call[T], retries: Retries) -> Flow[T]:
    """Sends one request, again if need be and if it may, and returns what its answer says. Raises WinnowError."""
    return (yield from repeating(lambda: asking(call), retries if call.repeatable else NO_RETRIES))


def asking(call: Call[T]) -> Flow[T]:
    """Sends one request once and returns what its answer says. Raises WinnowError."""
    return call.read(checked((yield Exchange(call))))


def repeating(attempt: Callable[[], Flow[T]], retries: Retries) -> Flow[T]:
    """Makes attempts until one succeeds, and returns its result. Raises the error of the last one."""
    retry = 0
    while True:
        try:
            return (yield from attempt())
        except WinnowError as error:
            seconds = retries.wait_seconds(error, retry)
            if seconds is None:
                raise
        retry += 1
        yield Pause(seconds)
