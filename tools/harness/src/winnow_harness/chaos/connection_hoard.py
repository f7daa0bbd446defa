"""Takes every connection that PostgreSQL allows, and keeps what others let go of."""

import socket
import struct
import threading
from contextlib import suppress

_PROTOCOL_AND_USER = struct.pack(">hh", 3, 0) + b"user\0hoard\0\0"
_BEGINNING = struct.pack(">i", 4 + len(_PROTOCOL_AND_USER)) + _PROTOCOL_AND_USER
_SECONDS = 5.0
_PAUSE_SECONDS = 0.05
_REFUSED = b"E"
"""The type of PostgreSQL's message that refuses a connection."""


class ConnectionHoard:
    """Connections that ask for a login and never give the password: PostgreSQL keeps their places for a minute."""

    def __init__(self) -> None:
        self._held: list[socket.socket] = []
        self._released = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def local_ports(self) -> set[int]:
        """This side's ports of the connections that are held."""
        return {one.getsockname()[1] for one in list(self._held)}

    def take(self, port: int) -> None:
        """Takes all that are free at ``port`` now, and goes on with those that become free."""
        self._released.clear()
        while self._take_one(port):
            pass
        self._thread = threading.Thread(target=self._go_on, args=(port,), daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Gives all back."""
        self._released.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for one in self._held:
            one.close()
        self._held.clear()

    def _go_on(self, port: int) -> None:
        while not self._released.wait(_PAUSE_SECONDS):
            while self._take_one(port):
                pass

    def _take_one(self, port: int) -> bool:
        """Whether there was one."""
        with suppress(OSError):
            one = socket.create_connection(("127.0.0.1", port), timeout=_SECONDS)
            one.sendall(_BEGINNING)
            if one.recv(1) not in (b"", _REFUSED):
                self._held.append(one)
                return True
            one.close()
        return False
