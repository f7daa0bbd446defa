"""Removes the objects of deleted media from the store: at once, and what late tasks wrote, until none can any more."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from winnow_base.background import BackgroundLoop
from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.commands import COMMANDS
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import WinnowError
from winnow_contracts.identity import task_id
from winnow_index.database import Database

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 2.0
_AT_ONCE = 100


class DeletedObjects:
    """A background loop of an index worker. Of all workers, one removes at a time; a killed one leaves nothing behind.

    Which media are due stands in the database until all of their objects are gone. They are due again
    ``grace_seconds`` after they were last heard of, because a task may write an object after its last event.
    """

    def __init__(
        self,
        database: Database,
        objects: ObjectStore,
        *,
        grace_seconds: float,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._database = database
        self._objects = objects
        self._grace_ms = round(grace_seconds * 1000)
        self._ready = ready
        self._loop = BackgroundLoop("deleted objects", "removes the objects of deleted media", self._turn)

    def start(self) -> None:
        """Start the loop."""
        self._loop.start()

    def stop(self) -> None:
        """Stop the loop after the current media."""
        self._loop.stop(timeout_seconds=15)

    def remove(self) -> int:
        """Remove what is due. Returns how many objects; 0 if another worker does it.

        Raises Unavailable and TimedOut; what was not removed stays due.
        """
        removed = 0
        with self._database.lock("deleted objects") as taken:
            rows = self._due() if taken else []
            for row in rows:
                if self._loop.stopping.is_set():
                    break
                found = list(self._keys(row["tenant_id"], row["media_id"], row["job_id"]))
                for key in found:
                    self._objects.remove(key)
                self._note(row["job_id"], row["heard_ms"])
                removed += len(found)
                _LOG.info("Objects of a deleted media were removed.", extra={**row, "objects": len(found)})
        return removed

    def _keys(self, tenant_id: str, media_id: str, job_id: str) -> Iterator[str]:
        """All keys that may have an object of the media; of cached answers those that were paid for it."""
        uploads = object_keys.uploads(tenant_id, media_id)
        yield from (key for key in self._objects.keys(uploads) if key == uploads or key.startswith(f"{uploads}/"))
        yield from self._objects.keys(object_keys.promoted(tenant_id, media_id).removesuffix("original"))
        marks = object_keys.answer_marks(tenant_id, media_id)
        for mark in self._objects.keys(marks):
            # The answer first: without its mark nobody would find it.
            yield from (object_keys.paid_answer(tenant_id, mark.removeprefix(marks)), mark)
        yield object_keys.claim(tenant_id, job_id)
        yield from (object_keys.acceptance(task_id(job_id, 1, actor)) for actor in COMMANDS)

    def _due(self) -> list[dict[str, Any]]:
        with self._database.transaction() as transaction:
            return transaction.rows("list_unswept_deleted", {"now_ms": now_ms(), "limit": _AT_ONCE})

    def _note(self, job_id: str, heard_ms: int) -> None:
        noted = {"job_id": job_id, "heard_ms": heard_ms, "now_ms": now_ms(), "grace_ms": self._grace_ms}
        with self._database.transaction() as transaction:
            transaction.run("note_deleted_swept", noted)

    def _turn(self) -> float:
        if not self._ready():
            return 0.5
        try:
            self.remove()
        except WinnowError as error:
            _LOG.warning("Cannot remove objects of deleted media now; trying again.", extra={"error": error.detail})
        return _LOOK_SECONDS
