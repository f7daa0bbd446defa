"""A client's connection, with what has come of its next request and what is known of the present one."""

from typing import Any

from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn

from winnow_base.http.announced_body import AnnouncedBody
from winnow_base.http.incoming_body import IncomingBody
from winnow_base.http.paced_socket import PacedSocket
from winnow_base.http.pause import Pause

_HEAD_ENDS = b"\r\n\r\n"


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A client's connection. A thread gets it with the next request, and with one that has paused."""

    sock: PacedSocket

    def __init__(self, cfg: Any, sock: PacedSocket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.parser = _Requests(cfg, sock, client)
        self.data_ready = True  # a thread gets it with the whole head: there is nothing to wait for
        self.head = bytearray()
        """What has come of the next request: its head, then perhaps its body and more."""
        self.body: IncomingBody | None = None
        self.kept: dict[str, Any] = {}
        self.paused: Pause | None = None
        """The present request's pause: it has left its thread and is handled again."""
        self.detached: tuple[Any, Any] | None = None
        """An answer that needs no thread any more, and its body."""
        self._announced: AnnouncedBody | None = None

    @property
    def has_head(self) -> bool:
        """Whether the next request's head has come."""
        return _HEAD_ENDS in self.head

    @property
    def announced(self) -> AnnouncedBody:
        """The next request's body, as its head announces it. The head has come."""
        if self._announced is None:
            self._announced = AnnouncedBody(self.head)
        return self._announced

    @property
    def is_whole(self) -> bool:
        """Whether the next request can be handled: its head has come, and so has its body if it is short."""
        return self.has_head and self.announced.has_come(self.head)

    def init(self) -> None:
        """Prepare for a request, and give what has come of it to gunicorn's parser."""
        super().init()
        self.parser.again = self.paused is not None
        if self.paused is None:
            self.parser.unreader.unread(bytes(self.head))
            self.head.clear()
            self._announced = None
            self.body, self.kept = None, {}

    def close(self, graceful: bool = False) -> None:
        """Close it."""
        if self.body is not None:
            self.body.close()
        super().close(graceful)


class _Requests(RequestParser):  # type: ignore[misc]
    """Gunicorn's parser, which gives the present request once more where it is to be handled again."""

    again = False

    def __next__(self) -> Any:
        return self.mesg if self.again else super().__next__()
