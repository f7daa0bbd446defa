"""Ends a connection's wait for what comes, from any thread: so waits may be long, and nothing is looked at in vain."""

import contextlib

import pika
from pika.exceptions import AMQPError

LONG_WAIT_SECONDS = 10.0
"""How long a connection waits that is woken when something else is to be done; heartbeats are sent all the same."""


def wake(connection: pika.BlockingConnection | None) -> None:
    """Have ``process_data_events`` return now, or at once when it is called next; nothing without a connection."""
    if connection is not None:
        with contextlib.suppress(AMQPError):  # it was closed, so nobody waits on it
            connection.add_callback_threadsafe(lambda: None)
