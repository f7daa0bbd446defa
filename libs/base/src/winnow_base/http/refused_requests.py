"""Answers requests that never reached the application, with problem details (RFC 9457) like every other refusal."""

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
    """The problem code for a request that did not reach the application, and a hint.

    ``internal`` means a fault of ours.
    """
    return next(((code, hint) for kinds, code, hint in _CODES if isinstance(error, kinds)), ("internal", ""))


def send_refusal(client: socket.socket, error: Exception) -> None:
    """Send the refusal; the connection is closed afterwards. Raises OSError if the client is gone."""
    code, hint = code_of(error)
    kind = PROBLEMS[code]
    body = {
        "type": TYPE_BASE + code,
        "title": kind.title,
        "status": kind.status,
        "detail": "" if code == "internal" else str(error)[:_MOST_CHARACTERS],
        "code": code,
        "retryable": False,
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
    client.sendall("\r\n".join((*head, "", "")).encode() + content)
