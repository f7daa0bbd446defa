"""A chassis server: its processes log the chassis's JSON lines, and nothing else."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import pytest

from winnow_contracts.problems import PROBLEMS

PROGRAM = """
import logging, os, sys, time
from winnow_base import logs
from winnow_base.http.server import Server

def application(environ, start_response):
    if environ["PATH_INFO"] not in ("/bad-header", "/broken"):
        start_response("200 OK", [])
    if environ["PATH_INFO"] == "/bad-header":
        start_response("200 OK", [("X-Odd", "a\\nb")])
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("an unexpected error")
    if environ["PATH_INFO"] == "/long":
        time.sleep(8)
    if environ["PATH_INFO"] == "/query":
        return [str(len(environ["QUERY_STRING"])).encode()]
    if environ["PATH_INFO"] == "/who":
        return [str(os.getpid()).encode()]
    logging.getLogger("winnow.test").warning("It was asked.", extra={"path": environ["PATH_INFO"]})
    return [b"ok"]

logs.configure("test", "test-1", "INFO")
Server(lambda: application, host="127.0.0.1", port=int(sys.argv[1]), threads=2, processes=2).run()
"""


def test_a_killed_server_leaves_no_process_behind_that_answers_or_holds_its_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen((sys.executable, "-c", PROGRAM, str(port)), stderr=subprocess.DEVNULL)
    try:
        answered = set()
        while len(answered) < 2:
            answered.add(ask(port, "/who"))
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /long HTTP/1.1\r\nHost: here\r\n\r\n")
            time.sleep(0.3)  # it is under way: a process that could would finish it
    finally:
        server.kill()
        server.wait(timeout=60)
    deadline = time.monotonic() + 2
    while not is_free(port):
        assert time.monotonic() < deadline, "a process still holds the port"
        time.sleep(0.01)


def is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def test_a_server_logs_the_chassis_lines_and_nothing_beside_them():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        (sys.executable, "-c", PROGRAM, str(port)), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        answered = {ask(port, "/who")}
        while len(answered) < 2:  # a process that has just been forked does not handle signals yet
            answered.add(ask(port, "/who"))
        assert ask(port, "/a?secret=1") == b"ok"
        assert ask(port, "/b") == b"ok"
    finally:
        server.send_signal(signal.SIGTERM)
        out, err = server.communicate(timeout=60)
    assert server.returncode == 0
    lines = [json.loads(line) for line in (out + err).decode().splitlines()]
    assert [line["path"] for line in lines] == ["/a", "/b"]
    assert {line["service"] for line in lines} == {"test"}


@pytest.fixture(scope="module")
def port():
    """The port of one server for all tests of refusals."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen((sys.executable, "-c", PROGRAM, str(port)), stderr=subprocess.DEVNULL)
    ask(port, "/who")
    yield port
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=60)


HEAD = b"Host: x\r\nConnection: close\r\n"
REFUSED = {
    "a long line": (b"GET /?q=" + b"x" * 17_000 + b" HTTP/1.1\r\n" + HEAD, 414, "uri-too-long"),
    "a line without end": (b"GET /?q=" + b"x" * 200_000, 414, "uri-too-long"),
    "a long header": (b"GET / HTTP/1.1\r\n" + HEAD + b"Cookie: " + b"x" * 9_000 + b"\r\n", 431, "headers-too-large"),
    "many headers": (b"GET / HTTP/1.1\r\n" + HEAD + b"A: b\r\n" * 200, 431, "headers-too-large"),
    "no HTTP": (b"\x16\x03\x01 nonsense\r\n", 400, "malformed"),
    "no path": (b"GET\r\n" + HEAD, 400, "malformed"),
    "a bad method": (b"G(T / HTTP/1.1\r\n" + HEAD, 400, "malformed"),
    "a bad version": (b"GET / HTTP/9.9\r\n" + HEAD, 400, "malformed"),
    "a header without name": (b"GET / HTTP/1.1\r\n" + HEAD + b": b\r\n", 400, "malformed"),
    "a bad length": (b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: one\r\n", 400, "malformed"),
    "two ways to end": (
        b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        400,
        "malformed",
    ),
    "an unknown coding": (b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: zip\r\n", 501, "not-implemented"),
    "an unmet expectation": (b"POST / HTTP/1.1\r\n" + HEAD + b"Expect: a miracle\r\n", 400, "malformed"),
    "our own bad header": (b"GET /bad-header HTTP/1.1\r\n" + HEAD, 500, "internal"),
    "our own failure": (b"GET /broken HTTP/1.1\r\n" + HEAD, 500, "internal"),
}


@pytest.mark.parametrize(("sent", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_what_never_becomes_a_request_is_answered_with_problem_details(port, sent, status, code):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(sent + b"\r\n")
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        problem = json.loads(answer.read())
    assert (answer.status, answer.getheader("Content-Type")) == (status, "application/problem+json")
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"] == PROBLEMS[code].title
    assert "an unexpected error" not in problem["detail"]


def test_a_query_of_1000_letters_of_four_bytes_fits_into_the_line(port):
    query = urllib.parse.quote("𠮷" * 1000)
    assert ask(port, f"/query?{query}") == str(len(query)).encode() == b"12000"


def ask(port, path):
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60).read()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
