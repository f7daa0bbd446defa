"""The trace context of what runs now (W3C Trace Context): it goes along with requests, messages and log lines."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "traceparent"
"""The request header, and the name of the field in messages and log lines."""
_FORM = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str] = ContextVar("traceparent", default="")


def current() -> str:
    """The traceparent of what runs in this thread; empty if nothing that is traced does."""
    return _current.get()


def checked(text: str) -> str:
    """``text`` if it is a traceparent of version 00, else an empty string: what others send is not trusted."""
    return text if _FORM.fullmatch(text) else ""


@contextmanager
def entered(traceparent: str) -> Iterator[None]:
    """Make ``traceparent`` the current one for the length of the block."""
    before = _current.get()
    _current.set(traceparent)
    try:
        yield
    finally:
        # Set, not reset: a request may be ended in a copy of the context that it began in.
        _current.set(before)
