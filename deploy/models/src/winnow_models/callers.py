"""Detects whether the caller of a request is still connected."""

import socket
from collections.abc import Mapping
from typing import Any


def has_gone(environ: Mapping[str, Any]) -> bool:
    """Whether the caller has closed its connection, without reading from it; False if that cannot be known."""
    connection = environ.get("gunicorn.socket")
    if connection is None:
        return False
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
