"""Ties a request's work to whoever sent it: it ends when that one waits no longer."""

import select
import socket
from contextlib import AbstractContextManager

from flask import request

from winnow_contracts.internal_api import TIMEOUT_HEADER
from winnow_index.database_wait import on_behalf_of

_DEFAULT_SECONDS = 10.0


def on_behalf_of_caller() -> AbstractContextManager[None]:
    """A block whose database work ends with the caller's time limit, or when the caller hangs up."""
    told = request.headers.get(TIMEOUT_HEADER, "")
    seconds = int(told) / 1000 if told.isdecimal() else _DEFAULT_SECONDS
    connection = request.environ.get("gunicorn.socket")
    return on_behalf_of(seconds, lambda: connection is not None and has_hung_up(connection))


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side has closed the connection."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    if not poll.poll(0):
        return False
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except ConnectionError:
        return True
