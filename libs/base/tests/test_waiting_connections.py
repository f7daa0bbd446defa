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
    if environ["PATH_INFO"] == "/refused":
        start_response("413 Too Large", [("Content-Length", "2")])
        return [b"no"]
    start_response("200 OK", [])
    if environ["PATH_INFO"] == "/large":
        return (bytes(1 << 20) for _ in range(100))
    return [environ["PATH_INFO"].encode() + environ["wsgi.input"].read()]

logs.configure("test", "test-1", "INFO")
more = json.loads(sys.argv[2])
limits = ClientLimits(head_seconds=2, send_stall_seconds=1, least_bytes_per_second=10_000)
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


def post(length, path="/a", *lines):
    return "\r\n".join((f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {length}", *lines, "", "")).encode()


def test_short_bodies_that_trickle_hold_no_thread_and_are_answered_once_they_are_whole(port, connect):
    clients = [connect(post(30) + bytes(10)) for _ in range(10)]
    for _ in range(2):
        assert answers_soon(port)
        for client in clients:
            client.sendall(bytes(10))
    assert [read_answer(client) for client in clients] == [b"/a" + bytes(30)] * 10


def test_a_short_body_that_does_not_come_has_a_deadline_by_its_length(connect):
    began = time.monotonic()
    clients = [connect(post(length) + b"-") for length in (100, 20_000)]
    seconds = []
    for client in clients:
        answer = client.recv(4096)
        seconds.append(time.monotonic() - began)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b'"too-slow"' in answer
        assert client.recv(10) == b""
    assert 1.5 < seconds[0] < 3.9 < seconds[1] < 10


def test_a_short_body_that_is_cut_off_is_for_the_application_to_judge(connect):
    client = connect(post(100) + b"-")
    client.shutdown(socket.SHUT_WR)
    assert read_answer(client) == b"/a-"


@pytest.mark.parametrize("length", [10, 100_000])
def test_who_expects_to_be_asked_for_the_body_is_asked_once(connect, length):
    client = connect(post(length, "/a", "Expect: 100-continue"))
    assert client.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(bytes(length) + HEAD)
    assert read_answer(client) == b"/a" + bytes(length)
    assert read_answer(client) == b"/a"


def test_who_expects_to_be_asked_and_is_refused_is_not_asked(connect):
    client = connect(post(100_000, "/refused", "Expect: 100-continue"))
    assert client.recv(12) == b"HTTP/1.1 413"


def test_clients_that_send_on_after_a_refusal_hold_no_thread_and_get_it(port, connect):
    clients = [connect(post(50 << 20, "/refused")) for _ in range(10)]
    for _ in range(3):
        for client in clients:
            client.sendall(bytes(1 << 20))
        assert answers_soon(port)
    for client in clients:
        client.shutdown(socket.SHUT_WR)
        assert client.recv(12) == b"HTTP/1.1 413"


def test_a_refused_request_that_came_whole_leaves_the_connection_open(connect):
    client = connect(post(3, "/refused") + b"abc" + HEAD)
    answer = b""
    while not answer.endswith(b"no"):
        answer += client.recv(1)
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
