"""Probes that a server is usable, in its own protocol; each is one attempt that raises Unavailable."""

import contextlib
import socket
import struct
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

from winnow_contracts.errors import TimedOut, Unavailable

_TRY_SECONDS = 2.0
_BETWEEN_TRIES_SECONDS = 0.05


def wait_ready(
    name: str, probe: Callable[[], None], limit_seconds: float, check: Callable[[], None] = lambda: None
) -> float:
    """Repeats a probe until it passes; returns the seconds that took.

    Raises TimedOut with the last reason. ``check`` runs between attempts; what it raises ends the waiting, for example
    when the process has ended for good.
    """
    began = time.monotonic()
    while True:
        try:
            probe()
        except Unavailable as error:
            reason = error.detail
        else:
            return time.monotonic() - began
        check()
        if time.monotonic() - began > limit_seconds:
            raise TimedOut(f"The part {name} was not ready after {limit_seconds:.0f} s: {reason}")
        time.sleep(_BETWEEN_TRIES_SECONDS)


def answers_http(url: str, dependency: str) -> None:
    """The address answers with a status under 300."""
    try:
        with urllib.request.urlopen(url, timeout=_TRY_SECONDS) as answer:
            answer.read()
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise Unavailable(f"{url} does not answer well: {error}", dependency=dependency) from error


def listens(port: int, dependency: str) -> None:
    """Something on the loopback port takes connections."""
    with _connection(port, dependency):
        pass


def speaks_amqp(port: int) -> None:
    """RabbitMQ opens an AMQP 0-9-1 connection: it listens only at the end of its start, with users and vhost ready."""
    with _connection(port, "broker") as connection:
        connection.sendall(b"AMQP\x00\x00\x09\x01")
        frame = connection.recv(1)
    if frame != b"\x01":
        raise Unavailable(f"RabbitMQ on port {port} did not begin an AMQP connection.", dependency="broker")


def takes_postgres_logins(port: int, user: str, database: str) -> None:
    """PostgreSQL asks for the password: before its recovery has ended it sends an error instead."""
    body = struct.pack("!i", 196608) + f"user\0{user}\0database\0{database}\0\0".encode()
    with _connection(port, "postgres") as connection:
        connection.sendall(struct.pack("!i", len(body) + 4) + body)
        answer = connection.recv(1)
    if answer != b"R":
        raise Unavailable(f"PostgreSQL on port {port} takes no logins yet.", dependency="postgres")


@contextlib.contextmanager
def _connection(port: int, dependency: str) -> Iterator[socket.socket]:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_TRY_SECONDS) as connection:
            yield connection
    except OSError as error:
        raise Unavailable(f"Port {port} does not answer: {error}", dependency=dependency) from error
