"""A server as a program of its own: its source gets the port as its first argument."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager


@contextmanager
def running(source, *arguments):
    """Runs the program until the block ends, and gives its port; then it must end soon, and without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen((sys.executable, "-c", source, str(port), *arguments), stderr=subprocess.PIPE)
    try:
        ask(port, "/asked")
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        began = time.monotonic()
        _, log = server.communicate(timeout=60)
    assert server.returncode == 0
    assert time.monotonic() - began < 8, "it waited for clients that did nothing"
    assert b"Traceback" not in log, log.decode()


def ask(port, path):
    """What the server answers, once it listens."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20).read()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError) or time.monotonic() > deadline:
                raise
