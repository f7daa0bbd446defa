"""The body of an answer that is sent outside of the threads that serve requests."""

import asyncio
from collections.abc import AsyncGenerator, Iterator

from winnow_base.http.closing import Closing


class DetachedBody(Closing):
    """Pieces that come when they come: bytes from the store, or what happens to a job in the next minutes.

    The request's thread is free as soon as the application has returned this: an event loop asks for each piece when
    the client has taken the one before. A piece may be overwritten once the loop goes on, and none is empty. Give it
    to the framework without a wrapper (``direct_passthrough`` of Flask). Any other server iterates over it as usual.

    A client that has left is noticed when something is sent to it. With ``ends_by_hanging_up`` it is noticed at once,
    for pieces that may be minutes apart; but then nobody may close their sending side and read on. It is closed once
    the answer was sent, or its client has left.

    Example::

        body = DetachedBody(store.pieces(key, 0, size))
        Response(body, headers={"Content-Length": str(size)}, direct_passthrough=True)
    """

    def __init__(self, pieces: AsyncGenerator[bytes | memoryview, None], *, ends_by_hanging_up: bool = False) -> None:
        super().__init__()
        self.pieces = pieces
        self.ends_by_hanging_up = ends_by_hanging_up

    def __iter__(self) -> Iterator[bytes]:
        with asyncio.Runner() as loop:
            try:
                while piece := loop.run(self._next()):
                    yield bytes(piece)
            finally:
                loop.run(self.pieces.aclose())

    async def _next(self) -> bytes | memoryview:
        return await anext(self.pieces, b"")
