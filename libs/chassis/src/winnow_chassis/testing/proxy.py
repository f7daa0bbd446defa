"""A TCP proxy in front of a server, so that a test can cut connections as a network does."""

import contextlib
import socket
import threading

Pair = tuple[socket.socket, socket.socket]


class Proxy:
    """Forwards to ``port`` on loopback; ``cut`` closes every connection; while ``refusing`` no new one gets through.

    While ``swallowing``, what the server answers is thrown away: the connection stands and nothing comes back.
    """

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._pairs: set[Pair] = set()
        self.refusing = False
        self.swallowing = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._listener = threading.Thread(target=self._accept, daemon=True)
        self._listener.start()

    def cut(self) -> None:
        """Close every connection, both ways."""
        for pair in list(self._pairs):
            self._close(pair)

    def close(self) -> None:
        """Stop listening and close every connection."""
        self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._listener.join()
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listening socket was closed
            while True:
                near, _ = self._server.accept()
                if self.refusing:
                    near.close()
                    continue
                try:
                    pair = (near, socket.create_connection(self._target))
                except OSError:  # the target is down: so is the proxy
                    near.close()
                    continue
                self._pairs.add(pair)
                for source, sink in (pair, pair[::-1]):
                    threading.Thread(target=self._pump, args=(source, sink, pair), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, pair: Pair) -> None:
        with contextlib.suppress(OSError):  # either side was cut
            while data := source.recv(65_536):
                if not (self.swallowing and source is pair[1]):
                    sink.sendall(data)
        self._close(pair)

    def _close(self, pair: Pair) -> None:
        self._pairs.discard(pair)
        for one in pair:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
