"""Reads how long a server asks its callers to wait."""

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime


def retry_after_seconds(headers: Mapping[str, str], now: float | None = None) -> float:
    """Seconds from ``retry-after-ms`` or ``Retry-After`` (seconds or a date); 0 if neither can be read.

    ``now`` is Unix time in seconds, by default the current time.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    wish = headers.get("retry-after", "")
    seconds = _number(wish)
    if seconds is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(wish).timestamp()
    except ValueError:
        return 0.0
    return max(0.0, moment - (time.time() if now is None else now))


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
