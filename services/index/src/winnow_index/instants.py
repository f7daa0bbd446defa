"""Unix milliseconds as people and JSON see them."""

import time


def instant(at_ms: int) -> str:
    """RFC 3339 in UTC, with milliseconds."""
    seconds, rest_ms = divmod(at_ms, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest_ms:03d}Z"


def instant_or_none(at_ms: int | None) -> str | None:
    """The same, None for None."""
    return None if at_ms is None else instant(at_ms)
