"""Where the body of an upload is waited for: on disk, or in its thread."""

import asyncio
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Request
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from winnow_base.http.incoming_body import IncomingBody
from winnow_base.http.long_requests import LongRequests
from winnow_base.http.paced_socket import ClientLimits, PacedSocket
from winnow_base.http.pause import BODY
from winnow_contracts.errors import RateLimited
from winnow_gateway.clients.keys import Principal
from winnow_gateway.http.operations import Call
from winnow_gateway.http.pausing import Paused
from winnow_gateway.uploads import awaited_bodies
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies

LENGTH, MOST_BYTES = 100_000, 200_000


class Disk(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def sockets() -> Iterator[tuple[PacedSocket, socket.socket]]:
    """The server's and the client's."""
    ours, theirs = socket.socketpair()
    client = PacedSocket(ours, ClientLimits())
    with client, theirs:
        yield client, theirs


@pytest.fixture
def call(sockets: tuple[PacedSocket, socket.socket]) -> Iterator[Call]:
    """A request of whose body the first byte has come."""
    client, theirs = sockets
    theirs.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {LENGTH}\r\n\r\n-".encode())
    parser = RequestParser(Config(), client, ("127.0.0.1", 1))
    body = IncomingBody(next(parser), parser.unreader, client)
    request = Request({BODY: body, "CONTENT_LENGTH": str(LENGTH), "wsgi.input": parser.mesg.body})
    holder = Principal(tenant_id="default", key_id="key", scopes=frozenset(("write",)))
    yield Call(request=request, path={}, query={}, holder=holder)
    body.close()


@pytest.fixture
def rest(call: Call, sockets: tuple[PacedSocket, socket.socket]) -> Callable[[], None]:
    """Lets the rest of the body come."""

    def come() -> None:
        sockets[1].sendall(bytes(LENGTH - 1))
        call.request.environ["wsgi.input"].read(LENGTH)

    return come


@pytest.fixture
def uploads() -> LongRequests:
    return LongRequests("uploads", per_key=1, total=9)


@pytest.fixture
def threads() -> LongRequests:
    return LongRequests("uploads", per_key=1, total=9)


@pytest.fixture
def bodies(uploads: LongRequests, threads: LongRequests, tmp_path: Path) -> AwaitedBodies:
    return AwaitedBodies(uploads, threads, tmp_path / "incoming")


def holds_a_thread(bodies: AwaitedBodies, call: Call, threads: LongRequests, most_bytes: int = MOST_BYTES) -> bool:
    with bodies.come(call, most_bytes), pytest.raises(RateLimited), threads.held("key"):
        pass
    return True


def test_a_body_that_must_still_come_is_one_of_its_keys_uploads_until_the_pause_is_over(
    bodies: AwaitedBodies, call: Call, uploads: LongRequests
) -> None:
    with pytest.raises(Paused) as paused, bodies.come(call, MOST_BYTES):
        pytest.fail("it is read before it has come")
    with pytest.raises(RateLimited), uploads.held("key"):
        pass
    paused.value.pause.close()
    with uploads.held("key"):
        assert bodies.has_come(call)


def test_one_upload_too_many_is_refused_before_it_comes(
    bodies: AwaitedBodies, call: Call, uploads: LongRequests
) -> None:
    with uploads.held("key"), pytest.raises(RateLimited), bodies.come(call, MOST_BYTES):
        pytest.fail("it is taken")
    assert not bodies.has_come(call)


def test_one_over_its_limit_is_not_waited_for(bodies: AwaitedBodies, call: Call, threads: LongRequests) -> None:
    assert holds_a_thread(bodies, call, threads, LENGTH - 1)


@pytest.mark.parametrize("free", [0, LENGTH, 200_000_000])
def test_where_the_disk_has_no_room_to_spare_it_comes_in_its_thread(
    bodies: AwaitedBodies, call: Call, threads: LongRequests, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    disk = Disk(total=1_000_000_000, used=1_000_000_000 - free, free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: disk)
    assert holds_a_thread(bodies, call, threads)


def test_one_that_has_come_waits_for_its_turn_where_its_key_has_no_thread_left(
    bodies: AwaitedBodies, call: Call, threads: LongRequests, rest: Callable[[], None]
) -> None:
    rest()
    with threads.held("key"), pytest.raises(Paused), bodies.come(call, MOST_BYTES):
        pytest.fail("it is one thread too many")


def test_who_has_waited_for_its_turn_holds_a_thread_until_its_pause_is_over(
    bodies: AwaitedBodies, call: Call, threads: LongRequests, rest: Callable[[], None]
) -> None:
    rest()
    with threads.held("key"), pytest.raises(Paused) as paused, bodies.come(call, MOST_BYTES):
        pytest.fail("it is one thread too many")
    asyncio.run(paused.value.pause.wait())
    assert holds_a_thread(bodies, call, threads)
    paused.value.pause.close()
    with threads.held("key"):
        pass


def test_who_gets_no_turn_in_time_is_refused_and_leaves_no_place_taken(
    bodies: AwaitedBodies,
    call: Call,
    uploads: LongRequests,
    threads: LongRequests,
    rest: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(awaited_bodies, "TURN_SECONDS", 0.05)
    rest()
    with threads.held("key"):
        with pytest.raises(Paused) as paused, bodies.come(call, MOST_BYTES):
            pytest.fail("it is one thread too many")
        asyncio.run(paused.value.pause.wait())
        with pytest.raises(RateLimited), bodies.come(call, MOST_BYTES):
            pytest.fail("it is one thread too many")
        paused.value.pause.close()
    with uploads.held("key"), threads.held("key"):
        pass


def test_one_that_has_come_pauses_also_where_another_takes_the_last_thread_as_it_asks(
    bodies: AwaitedBodies,
    call: Call,
    threads: LongRequests,
    rest: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = threads._room

    def room_for_the_faster(key_id: str) -> bool:
        """There is room, and somebody else has it before the next question."""
        monkeypatch.setattr(threads, "_room", lambda key_id: False)
        return room(key_id)

    rest()
    monkeypatch.setattr(threads, "_room", room_for_the_faster)
    with bodies.come(call, MOST_BYTES):
        pass  # it asked once, and had what it asked for
    with pytest.raises(Paused), bodies.come(call, MOST_BYTES):
        pytest.fail("it is one thread too many")
    monkeypatch.undo()
    with threads.held("key"):
        pass


def test_a_body_that_is_read_in_a_moment_pauses_too_and_holds_no_thread_of_uploads(
    bodies: AwaitedBodies, call: Call, threads: LongRequests
) -> None:
    with threads.held("key"), pytest.raises(Paused):
        bodies.wait(call, MOST_BYTES)
    bodies.wait(call, MOST_BYTES)  # handled again
