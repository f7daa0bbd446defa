"""Answers that leave their thread: how they reach their client, and what becomes of those that fail."""

import http.client
import json
import socket
import time
import urllib.error
from contextlib import ExitStack

import pytest

from winnow_base.http.detached_body import DetachedBody

from .served_program import ask, running

PROGRAM = """
import asyncio, sys
from winnow_base import logs
from winnow_base.http.detached_body import DetachedBody
from winnow_base.http.server import Server
from winnow_contracts.errors import Unavailable

async def parts():
    for number in range(300):
        yield b"%04d" % number

async def refused():
    raise Unavailable("the store does not answer", dependency="s3", hint="Look at the store.")
    yield

async def broken():
    yield b"0000"
    raise Unavailable("the store ended too early", dependency="s3")

async def silent():
    yield b"begun"
    await asyncio.sleep(600)

async def nothing():
    return
    yield

open_now = 0

def application(environ, start_response):
    global open_now
    name = environ["PATH_INFO"][1:]
    if name in ("asked", "open"):
        start_response("200 OK", [])
        return [b"%d" % open_now]
    length = [("Content-Length", "1200")] if environ["QUERY_STRING"] == "length" else []
    start_response("200 OK", length)
    body = DetachedBody(globals()[name](), ends_by_hanging_up=name == "silent")
    open_now += 1
    def closed():
        global open_now
        open_now -= 1
    body.call_on_close(closed)
    return body

logs.configure("test", "test-1", "INFO")
Server(lambda: application, host="127.0.0.1", port=int(sys.argv[1]), threads=2, open_requests=500).run()
"""
WHOLE = b"".join(b"%04d" % number for number in range(300))


@pytest.fixture(scope="module")
def port():
    """The port of a server with two threads."""
    with running(PROGRAM) as port:
        yield port


@pytest.mark.parametrize("query", ["", "?length"])
def test_an_answer_comes_whole_and_its_connection_is_used_again(port, query):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for _ in range(3):
        connection.request("GET", f"/parts{query}")
        answer = connection.getresponse()
        assert answer.headers["Content-Length"] == ("1200" if query else None)
        assert answer.headers["Transfer-Encoding"] == (None if query else "chunked")
        assert answer.read() == WHOLE
        assert answer.headers["Connection"] == "keep-alive"
    connection.close()


def test_an_answer_without_anything_is_empty(port):
    assert ask(port, "/nothing") == b""


def test_who_asks_with_an_old_protocol_gets_the_bytes_until_the_end(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET /parts HTTP/1.0\r\n\r\n")
        came = b""
        while data := client.recv(65536):
            came += data
    assert came.partition(b"\r\n\r\n")[2] == WHOLE


def test_what_fails_before_its_first_piece_is_a_problem(port):
    with pytest.raises(urllib.error.HTTPError) as failed:
        ask(port, "/refused")
    problem = json.load(failed.value)
    assert (failed.value.code, problem["code"], problem["retryable"]) == (503, "unavailable", True)
    assert "the store does not answer" in problem["detail"]


@pytest.mark.parametrize("query", ["", "?length"])
def test_what_fails_later_is_cut_off_so_that_nobody_takes_it_for_the_whole(port, query):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", f"/broken{query}")
    with pytest.raises(http.client.IncompleteRead):
        connection.getresponse().read()
    connection.close()


def test_hundreds_that_say_nothing_hold_no_thread_and_end_with_their_clients(port):
    with ExitStack() as clients:
        for _ in range(300):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            client.sendall(b"GET /silent HTTP/1.1\r\nHost: x\r\n\r\n")
            assert client.recv(12) == b"HTTP/1.1 200"
        assert ask(port, "/open") == b"300"
    deadline = time.monotonic() + 20
    while ask(port, "/open") != b"0":
        assert time.monotonic() < deadline, "answers stay open whose clients have left"
        time.sleep(0.1)


def test_who_closes_its_sending_side_gets_the_bytes_all_the_same(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET /parts?length HTTP/1.1\r\nHost: x\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        came = b""
        while data := client.recv(65536):
            came += data
    assert came.endswith(WHOLE)


def test_any_other_server_iterates_over_the_body():
    async def numbers():
        yield b"1"
        yield memoryview(b"2")

    ended = []
    body = DetachedBody(numbers())
    body.call_on_close(lambda: ended.append(True))
    assert list(body) == [b"1", b"2"]
    for _ in range(2):
        body.close()
    assert ended == [True]
