"""A chassis server and clients that are slow, silent or gone: they hold no thread, and none of them for ever."""

import json
import socket
import time
from contextlib import ExitStack

import pytest

from .served_program import ask, running

PROGRAM = """
import json, sys
from winnow_base import logs
from winnow_base.http.paced_socket import ClientLimits
from winnow_base.http.server import Server

def application(environ, start_response):
    start_response("200 OK", [])
    if environ["PATH_INFO"] == "/large":
        return (bytes(1 << 20) for _ in range(100))
    return [environ["PATH_INFO"].encode() + environ["wsgi.input"].read()]

logs.configure("test", "test-1", "INFO")
more = json.loads(sys.argv[2])
limits = ClientLimits(head_seconds=2, send_stall_seconds=1)
Server(lambda: application, host="127.0.0.1", port=int(sys.argv[1]), threads=2, limits=limits, **more).run()
"""
HEAD = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def port():
    """The port of a server with two threads; heads have two seconds, and sending may stall for one."""
    with running(PROGRAM, json.dumps({"keepalive": 5})) as port:
        yield port


@pytest.fixture
def connect(port):
    with ExitStack() as clients:

        def connected(sent=b"", to=port):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", to), timeout=20))
            client.sendall(sent)
            return client

        yield connected


def answers_soon(port):
    began = time.monotonic()
    return ask(port, "/asked") == b"/asked" and time.monotonic() - began < 1.5


def test_silent_connections_and_half_heads_hold_no_thread(port, connect):
    for _ in range(20):
        connect()
        connect(b"GET /a HTTP/1.1\r\nHo")
    assert answers_soon(port)


def test_a_head_that_trickles_has_a_deadline_from_the_accept(connect):
    client = connect(b"GET /a HTTP/1.1\r\nA: ")
    began = time.monotonic()
    client.settimeout(0.1)
    while time.monotonic() - began < 20:
        try:
            client.sendall(b"b")
            assert client.recv(10) == b""
            break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    assert 1.5 < time.monotonic() - began < 10


def test_a_connection_is_used_again_and_a_half_next_head_holds_no_thread(port, connect):
    clients = [connect(HEAD) for _ in range(4)]
    for client in clients:
        assert read_answer(client) == b"/a"
        client.sendall(HEAD[:9])
    assert answers_soon(port)
    for client in clients:
        client.sendall(HEAD[9:])
        assert read_answer(client) == b"/a"


def test_requests_that_came_together_are_answered_in_turn(connect):
    together = b"".join(b"POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n-%d" % (i, i) for i in range(5))
    client = connect(together)
    assert [read_answer(client) for _ in range(5)] == [b"/%d-%d" % (i, i) for i in range(5)]


def test_a_client_that_does_not_close_holds_up_nobody(port, connect):
    for _ in range(10):
        client = connect(HEAD.replace(b"Host", b"Connection: close\r\nHost"))
        assert read_answer(client) == b"/a"
    assert answers_soon(port)


def test_a_kept_connection_on_which_nothing_comes_is_closed(connect):
    client = connect(HEAD)
    read_answer(client)
    began = time.monotonic()
    assert client.recv(10) == b""
    assert 3 < time.monotonic() - began < 15


def test_a_client_that_does_not_read_is_dropped(port, connect):
    clients = [connect(HEAD.replace(b"/a", b"/large")) for _ in range(2)]
    time.sleep(2.5)
    assert answers_soon(port)
    with pytest.raises(ConnectionResetError):
        read_out(clients[0])


def test_a_client_that_reads_slowly_gets_everything(connect):
    client = connect(HEAD.replace(b"/a", b"/large").replace(b"Host", b"Connection: close\r\nHost"))
    assert read_out(client, pause_seconds=0.02) > 100 << 20


def test_where_connections_run_out_the_one_that_waited_longest_gives_way(connect):
    with running(PROGRAM, json.dumps({"worker_connections": 10})) as port:
        waiting = [connect(b"GET", to=port) for _ in range(30)]
        assert answers_soon(port)
        assert waiting[0].recv(10) == b""


def read_out(client, pause_seconds=0.0):
    """Reads until the server closes; returns how many bytes came."""
    size = 0
    while data := client.recv(4 << 20):
        size += len(data)
        time.sleep(pause_seconds)
    return size


def read_answer(client):
    """The body of one answer, which has a length or ends in a chunk of none."""
    answer = b""
    while not answer.endswith(b"\r\n0\r\n\r\n"):
        data = client.recv(1)
        assert data, answer
        answer += data
    chunk = answer.partition(b"\r\n\r\n")[2]
    return chunk.split(b"\r\n")[1]
