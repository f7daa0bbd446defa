"""Tells index each ten seconds that this node lives, best effort: a heartbeat that is lost is followed by another."""

import importlib.metadata
import logging
import os
import platform
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.messages import Outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.settings import ChassisSettings
from winnow_contracts import queues
from winnow_contracts.envelope import now_ms
from winnow_contracts.heartbeats import HEARTBEAT_SECONDS, Heartbeat, HeartbeatKind, JournalFigures, TaskFigures
from winnow_journal.codec import encode
from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)
_UNTIL_CONNECTED_SECONDS = 1.0
_GOODBYE_SECONDS = 2.0


class Heartbeats:
    """Sends heartbeats from ``start`` to ``stop``, which says goodbye.

    ``journal`` and ``tasks`` return the present figures, ``unacked`` the messages held by lane. ``may_speak`` returns
    whether this process speaks for the node: of processes that share a journal one does.
    """

    def __init__(
        self,
        settings: ChassisSettings,
        publisher: Publisher,
        *,
        journal: Callable[[], JournalFigures],
        lanes: Sequence[str] = (),
        threads: int = 0,
        tasks: Callable[[], TaskFigures] = TaskFigures,
        unacked: Callable[[], dict[str, int]] = dict,
        may_speak: Callable[[], bool] = lambda: True,
    ) -> None:
        self._service = settings.service
        self._node = settings.node
        self._publisher = publisher
        self._journal = journal
        self._lanes = tuple(lanes)
        self._threads = threads
        self._tasks = tasks
        self._unacked = unacked
        self._may_speak = may_speak
        self._started_ms = now_ms()
        self._has_spoken = False
        self._version = importlib.metadata.version("winnow-chassis")
        self._loop = BackgroundLoop("heartbeats", "tells index that this node lives", self._turn)

    def start(self) -> None:
        """Begin; the first heartbeat is sent once the broker is there."""
        self._loop.start()

    def stop(self) -> None:
        """Say goodbye, if index was told of this process. Call it while the publisher still works."""
        self._loop.stop(timeout_seconds=5)
        if not self._has_spoken:
            return
        answered = threading.Event()
        self._send(HeartbeatKind.OFFLINE, lambda answer: answered.set())
        answered.wait(_GOODBYE_SECONDS)

    def _turn(self) -> float:
        if not self._may_speak():
            return HEARTBEAT_SECONDS
        if not self._publisher.connected:
            return _UNTIL_CONNECTED_SECONDS
        self._send(HeartbeatKind.HEARTBEAT if self._has_spoken else HeartbeatKind.ONLINE)
        self._has_spoken = True
        return HEARTBEAT_SECONDS

    def _send(self, kind: HeartbeatKind, done: Callable[[Answer], None] = lambda answer: None) -> None:
        try:
            journal = self._journal()
        except (JournalUnusable, OSError) as error:
            _LOG.warning("The journal's figures cannot be read.", extra={"error": str(error)})
            journal = JournalFigures()
        said = Heartbeat(
            kind=kind,
            service=self._service,
            node=self._node,
            host=platform.node(),
            version=self._version,
            pid=os.getpid(),
            started_ms=self._started_ms,
            sent_ms=now_ms(),
            lanes=self._lanes,
            threads=self._threads,
            memory_bytes=_resident_bytes(),
            tasks=self._tasks(),
            unacked=self._unacked(),
            journal=journal,
        )
        message = Outbound(exchange="", routing_key=queues.INDEX_HEARTBEATS, body=encode(said), durable=False)
        self._publisher.publish(message, done)


def _resident_bytes() -> int:
    """This process's resident memory in bytes, as Linux counts it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
