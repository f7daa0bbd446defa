"""Requests that pause: they leave their thread while they wait, and are handled again."""

import asyncio
from typing import Any

from flask import Blueprint, Flask, Request, Response

from winnow_base.http.incoming_body import IncomingBody
from winnow_base.http.pause import BODY, KEPT, Pause


class Paused(Exception):
    """A request leaves its thread for ``pause``."""

    def __init__(self, pause: Pause) -> None:
        super().__init__("a request pauses")
        self.pause = pause


def install(app: Flask | Blueprint) -> None:
    """Lets the requests of ``app`` pause; of a blueprint too, where that answers every exception by itself."""
    app.register_error_handler(Paused, lambda paused: Response(paused.pause, direct_passthrough=True))


def kept(request: Request) -> dict[str, Any]:
    """What the request keeps from one handling to the next, by name."""
    notes: dict[str, Any] = request.environ.setdefault(KEPT, {})
    return notes


def incoming_body(request: Request) -> IncomingBody | None:
    """The request's body as it comes; None if the server knows no pauses."""
    body: IncomingBody | None = request.environ.get(BODY)
    return body


def leave(request: Request, pause: Pause) -> None:
    """Ends this handling of the request: it is handled again after the pause. Raises Paused.

    Under a server that knows no pauses, returns after the wait.
    """
    if incoming_body(request) is not None:
        raise Paused(pause)
    asyncio.run(_wait(pause))


async def _wait(pause: Pause) -> None:
    try:
        await pause.wait()
    finally:
        pause.close()
