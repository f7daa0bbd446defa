"""Brings deliveries forward whose receiver is back, so that they do not wait for the schedule."""

from winnow_contracts.envelope import now_ms
from winnow_index.database import Transaction

MOST_UNDER_WAY = 10
"""No delivery comes early while so many of its webhook's are due, so that a receiver which has just come back is not
flooded. Each that is delivered lets the next one come."""
_APART_MS = 500
_SOON_MS = 5_000
"""What is due within this time is not brought forward: it is there as soon by itself."""


def bring_forward(transaction: Transaction, webhook_id: str, *, asked: bool = False) -> int:
    """Let the oldest deliveries of a webhook that wait have their next try now; returns how many.

    A wait is cut short once, so that a receiver which refuses some events and takes others does not get those again and
    again; ``asked``: a person wants it, and it may be once more. Their commands follow: ``open_early``.
    """
    at_ms = now_ms()
    wanted = {"webhook_id": webhook_id, "asked": asked, "most": MOST_UNDER_WAY}
    return transaction.run(
        "bring_forward", {**wanted, "now_ms": at_ms, "soon_ms": at_ms + _SOON_MS, "apart_ms": _APART_MS}
    )


def open_early(transaction: Transaction, limit: int) -> int:
    """Let index publish the commands of what is early and due; returns how many.

    The copy that waits in the broker comes later, and finds the delivery done or not due.
    """
    return transaction.run("open_early_commands", {"now_ms": now_ms(), "limit": limit})
