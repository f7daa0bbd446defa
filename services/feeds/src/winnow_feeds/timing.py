"""When a feed is looked at next: at its own pace."""

import random

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
_JITTER = 0.1
"""By how much a wait may be longer, so that feeds of one moment do not come back in one moment."""


def wait_ms(*, now_ms: int, failures: int, newest_ms: int | None, more: bool) -> int:
    """Until the next look: an hour, where something was published today, and up to a day, the longer it is ago.

    After failures in a row an hour, two, four and so on, up to a day. ``more``: the last look left some to the next
    one, which comes in minutes.
    """
    if failures:
        wait = min(_HOUR_MS << min(failures - 1, 5), _DAY_MS)
    elif more:
        wait = _MINUTE_MS
    else:
        silent_ms = _DAY_MS if newest_ms is None else now_ms - newest_ms
        wait = min(max(silent_ms // 24, _HOUR_MS), _DAY_MS)
    return round(wait * random.uniform(1, 1 + _JITTER))  # noqa: S311 - jitter is no secret
