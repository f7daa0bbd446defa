"""A request that leaves its thread while it waits, and is handled again once what it waits for is there."""

from collections.abc import Awaitable, Callable, Iterator

from winnow_base.http.closing import Closing

KEPT = "winnow.kept"
"""In the environ: a dict of what the request keeps from one handling to the next."""
BODY = "winnow.body"
"""In the environ: the request's ``IncomingBody``. A server that knows no pauses has none."""


class Pause(Closing):
    """What the application returns instead of an answer where its request is to wait, for its body or for news.

    The request's thread is free as soon as the application has returned this. An event loop awaits ``wait``; then a
    thread handles the request again from its beginning, with the same ``KEPT``. The functions of ``call_on_close`` are
    called after that, or where the client has left meanwhile.

    With ``ends_by_hanging_up`` a client that has left is noticed at once, for waits that do not read from it; but then
    nobody may close their sending side and read on.

    Example::

        body.keep_in(file)
        pause = Pause(body.receive)
        Response(pause, direct_passthrough=True)
    """

    def __init__(self, wait: Callable[[], Awaitable[None]], *, ends_by_hanging_up: bool = False) -> None:
        super().__init__()
        self.wait = wait
        self.ends_by_hanging_up = ends_by_hanging_up

    def __iter__(self) -> Iterator[bytes]:
        raise TypeError("this server knows no pauses: see the environ for BODY before you return one")
