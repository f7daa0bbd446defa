"""Begins looks: each is a job of its own, whose command index publishes."""

from winnow_contracts import identity
from winnow_contracts.commands import LookAtFeed
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.feeds import FEED_TENANT
from winnow_contracts.job_options import Track
from winnow_index.database import Transaction
from winnow_index.history.open_commands import open_now
from winnow_index.store.completion import ensure_job

SHARE = 2
"""How many looks of one tenant are under way at a time. The next one begins when one of them ends."""
LOST_MS = 3_600_000
"""A look that has not ended by then counts as lost. After failures it has longer, so that a feed that ends its looks
backs off."""
_AT_ONCE = 100


def begin_looks(transaction: Transaction) -> int:
    """Begin the looks that are due, as many as may be under way; returns how many. Feeds and commands change together.

    Any number of nodes may call it side by side: no look is begun twice.
    """
    transaction.rows("lock_looks")
    asked = {"now_ms": now_ms(), "lost_ms": LOST_MS, "share": SHARE, "limit": _AT_ONCE}
    begun = transaction.rows("begin_looks", asked)
    for row in begun:
        command = command_of(row["feed_id"], row["look"])
        ensure_job(transaction, command.tenant_id, command.job_id, command.media_id, kind="feed")
        # A feed is looked at some thousand times a year: of each look its end is enough.
        trace = identity.new_traceparent()
        open_now(transaction, Envelope(command=command, created_ms=now_ms(), traceparent=trace, track=Track.OUTCOME))
    return len(begun)


def command_of(feed_id: str, look: int) -> LookAtFeed:
    """The command of a feed's look: the same look has the same job."""
    job_id = identity.keyed_job_id(FEED_TENANT, feed_id, str(look))
    media_id = identity.keyed_media_id(job_id)
    return LookAtFeed(tenant_id=FEED_TENANT, job_id=job_id, media_id=media_id, feed_id=feed_id, look=look)
