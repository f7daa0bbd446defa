"""Whether a caller still waits can be asked at any time, without waiting and without reading."""

import socket
import time

import pytest

from winnow_base.http.callers import has_gone, has_hung_up
from winnow_base.http.paced_socket import ClientLimits, PacedSocket


@pytest.fixture(params=["plain", "with limits"])
def pair(request):
    ours, theirs = socket.socketpair()
    if request.param == "with limits":
        ours = PacedSocket(ours, ClientLimits())
        ours.setblocking(True)
    yield ours, theirs
    ours.close()
    theirs.close()


def test_a_connection_that_was_closed_or_cut_has_hung_up(pair):
    ours, theirs = pair
    assert not has_hung_up(ours)
    theirs.sendall(b"GET / HTTP/1.1\r\n")  # its next request
    assert not has_hung_up(ours)
    ours.recv(1000)
    theirs.close()
    assert has_hung_up(ours)


def test_asking_does_not_wait(pair):
    began = time.monotonic()
    assert not has_gone({"gunicorn.socket": pair[0]})
    assert time.monotonic() - began < 5


def test_without_a_server_that_tells_the_connection_a_caller_counts_as_there():
    assert not has_gone({})
