"""The lanes: a queue for each service and kind of work or urgency. The lane is the priority."""

from enum import StrEnum

MEDIA_EXAMINE = "media.examine"
MEDIA = "media"
MEDIA_BULK = "media.bulk"
MEDIA_FETCH = "media.fetch"
"""Fetching what links lead to: what a slow server holds up is no other work. Bulk jobs travel on it too."""
AI_SPEECH = "ai.speech"
AI_VISION = "ai.vision"
AI = "ai"
"""Text: embedding and guidance, and drills."""
AI_BULK = "ai.bulk"
AI_WEBHOOKS = "ai.webhooks"
"""Deliveries to the addresses that accounts name: what a slow receiver holds up is no other work."""
INDEX = "index"
INDEX_BULK = "index.bulk"

INDEX_EVENTS = "index.events"
"""Batches of task events, from journals to index. This is not a lane: index's event consumer reads it, without
actors."""

INDEX_HEARTBEATS = "index.heartbeats"
"""What nodes tell of themselves each ten seconds. The broker drops what nobody took within half a minute, so nothing
piles up while index is away."""

UNREADABLE = "winnow.unreadable"
"""Messages that no version of Winnow can decode, kept for a person to look at."""

LIVE_EXCHANGE = "winnow.live"
"""Fanout of live progress to gateways. Messages may be lost; nothing depends on them."""

CONTROL_EXCHANGE = "winnow.control"
"""Fanout of cancellations and pauses to all nodes. Messages may be lost: index keeps the set, the fanout makes it
fast."""

LANES = (
    MEDIA_EXAMINE,
    MEDIA,
    MEDIA_BULK,
    MEDIA_FETCH,
    AI_SPEECH,
    AI_VISION,
    AI,
    AI_BULK,
    AI_WEBHOOKS,
    INDEX,
    INDEX_BULK,
)

_BULK = {
    MEDIA_EXAMINE: MEDIA_BULK,
    MEDIA: MEDIA_BULK,
    AI_SPEECH: AI_BULK,
    AI_VISION: AI_BULK,
    AI: AI_BULK,
    INDEX: INDEX_BULK,
}


class Priority(StrEnum):
    """Whether somebody waits for a job. All tasks of a ``bulk`` job travel on bulk lanes, where there is one."""

    NORMAL = "normal"
    BULK = "bulk"


def lane_of(queue: str, priority: Priority) -> str:
    """The lane of commands whose usual lane is ``queue``."""
    return _BULK.get(queue, queue) if priority is Priority.BULK else queue


def priority_of(lane: str) -> Priority:
    """The priority of what travels on ``lane``."""
    return Priority.BULK if lane in _BULK.values() else Priority.NORMAL


def applied(journal_id: str) -> str:
    """The queue in which index answers a journal's batches; exclusive to the process that ships them."""
    return f"winnow.applied.{journal_id}"


def sentinel(journal_id: str, number: int = 1) -> str:
    """The durable queue whose absence means that the broker lost its data.

    ``number`` counts the journal's sentinels.
    """
    return f"winnow.sentinel.{journal_id}" + (f".{number}" if number > 1 else "")


def sentinel_number(flag: str) -> int:
    """The number of a journal's present sentinel, from its flag ``sentinel``.

    A flag without a number means the first.
    """
    return int(flag) if flag.isdigit() else 1
