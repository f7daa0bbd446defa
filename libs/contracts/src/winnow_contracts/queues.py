"""The lanes: one queue of one service for one kind of urgency. The lane is the priority."""

MEDIA_EXAMINE = "media.examine"
MEDIA = "media"
MEDIA_BULK = "media.bulk"
AI = "ai"
AI_BULK = "ai.bulk"
INDEX = "index"

INDEX_EVENTS = "index.events"
"""Batches of task events, journals to index. Not a lane: a bare inbox consumer reads it."""

UNREADABLE = "winnow.unreadable"
"""Bodies that no version of Winnow can decode, kept for a person to look at."""

LIVE_EXCHANGE = "winnow.live"
"""Fanout of live progress to gateways. May be lost; nothing depends on it."""

CONTROL_EXCHANGE = "winnow.control"
"""Fanout of cancellations and pauses to all nodes. May be lost: index keeps the set, this only makes it fast."""

LANES = (MEDIA_EXAMINE, MEDIA, MEDIA_BULK, AI, AI_BULK, INDEX)


def applied(journal_id: str) -> str:
    """Where index answers a journal's batches; exclusive to the process that ships them."""
    return f"winnow.applied.{journal_id}"


def sentinel(journal_id: str, number: int = 1) -> str:
    """The durable queue whose absence tells a journal that the broker lost its data; ``number``: which one it made."""
    return f"winnow.sentinel.{journal_id}" + (f".{number}" if number > 1 else "")


def sentinel_number(flag: str) -> int:
    """Which sentinel a journal relies on, by its flag ``sentinel``; a flag without a number speaks of the first."""
    return int(flag) if flag.isdigit() else 1
