"""Heartbeats: what a node tells index of itself. They travel in a queue of their own; no journal keeps them."""

from dataclasses import dataclass, field
from enum import StrEnum

HEARTBEAT_SECONDS = 10.0
"""How often a node tells that it lives."""
SILENT_SECONDS = 30.0
"""A node that was not heard of for so long, and said no goodbye, is silent."""


class HeartbeatKind(StrEnum):
    """Why a heartbeat is sent."""

    ONLINE = "worker-online"
    """It is the first of its process."""
    HEARTBEAT = "heartbeat"
    OFFLINE = "worker-offline"
    """Its process ends in order."""


class NodeState(StrEnum):
    """What index says of a node."""

    ONLINE = "online"
    SILENT = "silent"
    """It told nothing for ``SILENT_SECONDS``: it was killed, it hangs, or it does not reach the broker."""
    OFFLINE = "offline"
    """It ended in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFigures:
    """What a process does and did since its start.

    ``active`` attempts run now, ``processed`` ended however, ``failed`` of those failed or ran out of time.
    """

    active: int = 0
    processed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFigures:
    """The load and the size of a journal. Ages are in milliseconds, 0 where nothing waits.

    ``journal_id`` tells which journal the node has now; it is empty where the journal cannot be read.
    ``pending`` commands are not confirmed by the broker, ``unapplied`` events are not stored by index. ``used_bytes``
    is in use inside the file, ``free_disk_bytes`` is left on its disk.
    """

    journal_id: str = ""
    pending: int = 0
    oldest_pending_ms: int = 0
    unapplied: int = 0
    oldest_unapplied_ms: int = 0
    used_bytes: int = 0
    wal_bytes: int = 0
    free_disk_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """What a node says of itself. Times are Unix milliseconds on the node's clock.

    ``pid`` and ``started_ms`` are those of the process that speaks for the node: of a gateway's processes one does.
    ``threads`` run tasks, or serve requests; ``memory_bytes`` is the process's resident memory. ``unacked`` messages of
    each lane that it consumes are with it: running, prefetched, or waiting for a confirm.
    """

    kind: HeartbeatKind
    service: str
    node: str
    host: str
    version: str
    pid: int
    started_ms: int
    sent_ms: int
    lanes: tuple[str, ...] = ()
    threads: int = 0
    memory_bytes: int = 0
    tasks: TaskFigures = field(default_factory=TaskFigures)
    journal: JournalFigures = field(default_factory=JournalFigures)
    unacked: dict[str, int] = field(default_factory=dict)
