"""Whether the caller of a request is still there."""

import socket
from collections.abc import Mapping
from typing import Any


def has_gone(environ: Mapping[str, Any]) -> bool:
    """Whether the other side has closed its connection, seen without reading from it; False where nothing tells."""
    connection = environ.get("gunicorn.socket")
    if connection is None:
        return False
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
