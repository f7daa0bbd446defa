"""A chassis server and requests that pause: they hold no thread while they wait, and are handled again."""

import socket
import time
from contextlib import ExitStack

import pytest

from .served_program import ask, running

PROGRAM = """
import asyncio, os, sys, tempfile
from winnow_base import logs
from winnow_base.http.pause import BODY, KEPT, Pause
from winnow_base.http.paced_socket import ClientLimits
from winnow_base.http.server import Server

ended = []

def application(environ, start_response):
    body, kept, path = environ[BODY], environ[KEPT], environ["PATH_INFO"]
    handled = kept["handled"] = kept.get("handled", 0) + 1
    if path == "/fails" and handled == 1:
        return Pause(fail)
    if path == "/news" and handled < 3:
        pause = Pause(lambda: asyncio.sleep(0.3), ends_by_hanging_up=True)
    elif path == "/body" and handled == 1:
        file = tempfile.TemporaryFile()
        os.posix_fallocate(file.fileno(), 0, 1 << 20)
        body.keep_in(file)
        pause = Pause(body.receive)
    elif path == "/for-ever":
        pause = Pause(lambda: asyncio.sleep(1000), ends_by_hanging_up=True)
    else:
        return answer(environ, start_response, handled)
    pause.call_on_close(lambda: ended.append(path))
    return pause

def answer(environ, start_response, handled):
    try:
        came = len(environ["wsgi.input"].read())
    except OSError as error:
        came = f"not whole: {error}"
    text = f"{handled} {came} {ended.count('/for-ever')}".encode()
    start_response("200 OK", [("Content-Length", str(len(text)))])
    return [text]

async def fail():
    raise LookupError("it fails on purpose")

logs.configure("test", "test-1", "CRITICAL")
limits = ClientLimits(receive_stall_seconds=2, rate_seconds=4)
Server(lambda: application, host="127.0.0.1", port=int(sys.argv[1]), threads=2, limits=limits).run()
"""
LONG = 300_000


@pytest.fixture(scope="module")
def port():
    """The port of a server with two threads; a client may be silent for two seconds within a body."""
    with running(PROGRAM) as port:
        yield port


@pytest.fixture
def connect(port):
    with ExitStack() as clients:

        def connected(sent=b""):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            client.sendall(sent)
            return client

        yield connected


def post(length, path="/body", *lines):
    return "\r\n".join((f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {length}", *lines, "", "")).encode()


def read_answer(client):
    """The body of one answer, which has a length."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += client.recv(1)
        assert answer, "the server has closed the connection"
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += client.recv(length - len(body))
    return head.split(b"\r\n")[0], body


def answers_soon(port):
    began = time.monotonic()
    return ask(port, "/asked").startswith(b"1 0") and time.monotonic() - began < 1.5


def test_long_bodies_that_trickle_hold_no_thread_and_are_read_whole(port, connect):
    clients = [connect(post(LONG)) for _ in range(20)]
    for _ in range(3):
        for client in clients:
            client.sendall(bytes(LONG // 3))
        assert answers_soon(port)
    assert [read_answer(client)[1].split()[:2] for client in clients] == [[b"2", b"300000"]] * 20


def test_a_connection_is_used_again_after_a_pause_also_for_a_request_that_came_with_the_body(connect):
    client = connect(post(LONG) + bytes(LONG) + post(2, "/next") + b"--" + post(LONG))
    assert read_answer(client)[1].startswith(b"2 300000")
    assert read_answer(client)[1].startswith(b"1 2")
    client.sendall(bytes(LONG))
    assert read_answer(client)[1].startswith(b"2 300000")


def test_a_body_that_falls_silent_or_is_cut_off_is_told_where_it_is_read(connect):
    silent, cut_off = connect(post(LONG) + b"-"), connect(post(LONG) + bytes(1000))
    cut_off.shutdown(socket.SHUT_WR)
    assert read_answer(cut_off)[1].startswith(b"2 1000")
    assert read_answer(silent)[1].startswith(b"2 not whole: nothing more came for 2 seconds")
    assert silent.recv(1) == b"", "a connection goes on though the rest of a body may still come"


def test_a_body_below_the_least_rate_is_given_up(connect):
    client = connect(post(LONG))
    client.settimeout(0.5)
    began = time.monotonic()
    while time.monotonic() - began < 20:
        client.sendall(b"-")
        try:
            answer = client.recv(1000)
        except TimeoutError:
            continue
        client.settimeout(20)
        assert b"bytes came or went" in answer + client.recv(1000)
        return
    pytest.fail("it reads on for ever")


def test_who_expects_to_be_asked_for_a_long_body_is_asked_when_it_is_wanted(connect):
    client = connect(post(LONG, "/body", "Expect: 100-continue"))
    assert client.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(bytes(LONG))
    assert read_answer(client)[1].startswith(b"2 300000")


def test_a_request_may_pause_again_and_again_and_its_client_may_send_the_next_meanwhile(connect):
    client = connect(b"GET /news HTTP/1.1\r\nHost: x\r\n\r\n")
    client.sendall(post(2, "/next") + b"--")
    assert read_answer(client)[1].startswith(b"3 0")
    assert read_answer(client)[1].startswith(b"1 2")


def test_who_hangs_up_ends_the_pause(port, connect):
    ended = ended_pauses(port)
    connect(b"GET /for-ever HTTP/1.1\r\nHost: x\r\n\r\n").close()
    deadline = time.monotonic() + 10
    while ended_pauses(port) == ended:
        assert time.monotonic() < deadline, "it waits for nobody"
        time.sleep(0.05)


def ended_pauses(port):
    return int(ask(port, "/asked").split()[2])


def test_a_wait_that_fails_is_a_problem(connect):
    status, body = read_answer(connect(b"GET /fails HTTP/1.1\r\nHost: x\r\n\r\n"))
    assert b" 500 " in status
    assert b'"code": "internal"' in body
