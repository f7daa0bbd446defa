"""What follows from a try: delivered, failed for good, or when the next one is made."""

import random
from collections.abc import Mapping
from typing import Any

from winnow_contracts.index_api.webhook_deliveries import NoteTry
from winnow_contracts.webhooks import RETRY_SECONDS

GONE = 410
_JITTER = 0.1
"""By how much a wait may be longer, so that events of one moment do not come back in one moment."""


def outcome(row: Mapping[str, Any], tried: NoteTry, at_ms: int) -> dict[str, Any]:
    """The delivery's new values: delivered by a 2xx alone, failed after the last try or by a receiver that is gone.

    A try that came early and failed leaves the schedule as it was. ``at_ms`` is now, in Unix milliseconds.
    """
    is_early = row["planned_ms"] is not None and at_ms < row["planned_ms"]
    early_tries = row["early_tries"] + is_early
    planned_tries = max(tried.number - early_tries, 0)
    state, next_ms = "pending", None
    if tried.status is not None and 200 <= tried.status < 300:
        state = "delivered"
    elif tried.status == GONE or planned_tries >= len(RETRY_SECONDS):
        state = "failed"
    else:
        wished_ms = at_ms + round(1000 * min(tried.retry_after_seconds, RETRY_SECONDS[-1]))
        next_ms = max(row["planned_ms"] if is_early else _planned_ms(planned_tries, at_ms), wished_ms)
    return {
        "delivery_id": tried.delivery_id,
        "state": state,
        "tries": tried.number,
        "early_tries": early_tries,
        "tried_ms": at_ms,
        "next_ms": next_ms,
        "planned_ms": row["planned_ms"] if is_early and state == "pending" else None,
        "status": tried.status,
        "error": tried.error,
    }


def _planned_ms(tries: int, at_ms: int) -> int:
    """When the try after ``tries`` of the schedule is made."""
    return at_ms + round(1000 * RETRY_SECONDS[tries] * random.uniform(1, 1 + _JITTER))  # noqa: S311 - jitter is no secret
