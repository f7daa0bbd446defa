"""A server of the chassis: what its processes log are the chassis's lines, and nothing else."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request

PROGRAM = """
import logging, os, sys
from winnow_chassis import logs
from winnow_chassis.serving import Server

def application(environ, start_response):
    start_response("200 OK", [])
    if environ["PATH_INFO"] == "/who":
        return [str(os.getpid()).encode()]
    logging.getLogger("winnow.test").warning("It was asked.", extra={"path": environ["PATH_INFO"]})
    return [b"ok"]

logs.configure("test", "test-1", "INFO")
Server(lambda: application, host="127.0.0.1", port=int(sys.argv[1]), threads=2, processes=2).run()
"""


def test_a_server_logs_the_chassis_lines_and_nothing_beside_them():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        (sys.executable, "-c", PROGRAM, str(port)), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        answered = {ask(port, "/who")}
        while len(answered) < 2:  # one that has just been forked does not hear a signal yet
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


def ask(port, path):
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60).read()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
