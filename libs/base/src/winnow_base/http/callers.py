"""Tells whether the caller of a request still waits for the answer."""

import select
import socket
from collections.abc import Mapping
from typing import Any


def has_gone(environ: Mapping[str, Any]) -> bool:
    """Whether the caller of the request has closed its connection; False if the server does not say which it is."""
    connection = environ.get("gunicorn.socket")
    return connection is not None and has_hung_up(connection)


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side has closed the connection, or broken it. Reads nothing of a next request."""
    ready = select.poll()
    ready.register(connection, select.POLLIN)
    try:
        # Ask first: a socket with a time limit would wait for the byte, whatever recv is told.
        return bool(ready.poll(0)) and not connection.recv(1, socket.MSG_PEEK)
    except OSError:
        return True
