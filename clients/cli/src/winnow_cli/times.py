"""Reads times as people write them on a command line."""

import re
from datetime import UTC, datetime, timedelta

from winnow_client.errors import BadInput

_SPAN = re.compile(r"(\d{1,6})(s|min|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "min": "minutes", "h": "hours", "d": "days"}


def instant(text: str, *, now: datetime | None = None) -> str:
    """Returns an RFC 3339 instant in UTC from one, or from a time ago such as ``90s``, ``15min``, ``2h`` or ``3d``.

    An instant without an offset is in UTC. Raises BadInput.
    """
    ago = _SPAN.fullmatch(text)
    try:
        if ago:
            at = (now or datetime.now(UTC)) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        else:
            at = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{text!r} is no time.", hint="Write 2h, 15min, 3d, or 2026-11-21T04:00:00Z.") from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
