"""Answers requests that the application could not answer itself, with problem details (RFC 9457) like the others."""

import json
import socket

from gunicorn.http.errors import (
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)

from winnow_contracts.errors import WinnowError
from winnow_contracts.problems import PROBLEMS, TYPE_BASE

_CODES: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    # The application sent this, so it is not the client's fault.
    ((InvalidResponseHeader, InvalidResponseHeaderName), "internal", "The server's log says what."),
    ((LimitRequestLine,), "uri-too-long", "Shorten the address; long texts have a limit of their own."),
    ((LimitRequestHeaders,), "headers-too-large", "Send fewer and shorter headers; a browser's cookies count too."),
    ((UnsupportedTransferCoding,), "not-implemented", "Send the body with a Content-Length, or chunked."),
    ((ParseException,), "malformed", "Send HTTP/1.1, as curl and browsers do."),
)
_MOST_CHARACTERS = 200


def code_of(error: Exception) -> tuple[str, str]:
    """The problem code for a request that the application could not answer, and a hint.

    ``internal`` means a fault of ours.
    """
    if isinstance(error, WinnowError):
        return error.code, error.hint
    return next(((code, hint) for kinds, code, hint in _CODES if isinstance(error, kinds)), ("internal", ""))


def send_refusal(client: socket.socket, error: Exception) -> None:
    """Send the refusal; the connection is closed afterwards. Raises OSError if the client is gone."""
    client.sendall(refusal(error))


def refusal(error: Exception) -> bytes:
    """The refusal with its head."""
    code, hint = code_of(error)
    kind = PROBLEMS.get(code, PROBLEMS["internal"])
    body = {
        "type": TYPE_BASE + code,
        "title": kind.title,
        "status": kind.status,
        "detail": "" if code == "internal" else str(error)[:_MOST_CHARACTERS],
        "code": code,
        "retryable": isinstance(error, WinnowError) and error.retryable,
        "hint": hint,
    }
    content = json.dumps(body).encode()
    head = (
        f"HTTP/1.1 {kind.status} {kind.title}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(content)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join((*head, "", "")).encode() + content
