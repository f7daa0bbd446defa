"""How long the body of the present request is waited for."""

from flask import Request

from winnow_base.http.paced_socket import PacedSocket

SHORT_BODY_SECONDS = 10.0
"""For a body that a thread waits for, unless it is an upload's: nothing else limits whoever sends it."""


def end_body_within(request: Request, seconds: float | None) -> None:
    """Sets when the rest of the body must have come; None leaves only the limits of uploads: silence and least rate."""
    connection = request.environ.get("gunicorn.socket")
    if isinstance(connection, PacedSocket):
        connection.end_within(seconds)
