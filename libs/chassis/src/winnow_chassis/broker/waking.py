"""Ends a connection's wait from any thread, so that waits can be long and nothing polls."""

import contextlib

import pika
from pika.exceptions import AMQPError

LONG_WAIT_SECONDS = 10.0
"""How long a connection waits if something can wake it. Heartbeats are sent meanwhile."""


def wake(connection: pika.BlockingConnection | None) -> None:
    """Make ``process_data_events`` return now, or at once when it is called next. Without a connection, do nothing."""
    if connection is not None:
        with contextlib.suppress(AMQPError):  # it is closed, so nothing waits on it
            connection.add_callback_threadsafe(lambda: None)
