"""A connection for the length of a block."""

from collections.abc import Iterator
from contextlib import contextmanager

import pika
from pika.adapters.blocking_connection import BlockingConnection


@contextmanager
def connected(parameters: pika.URLParameters) -> Iterator[BlockingConnection]:
    """Connect, and close the connection at the end of the block, where it is still open.

    Raises AMQPError and OSError where the broker cannot be reached.

    >>> with connected(parameters(amqp_url, "a test")) as connection:  # doctest: +SKIP
    ...     connection.channel().queue_delete("some.queue")
    """
    connection = BlockingConnection(parameters)
    try:
        yield connection
    finally:
        if connection.is_open:
            connection.close()
