"""Removes uploads in parts that nobody completed in time, and parts that killed processes left in the store."""

import logging
import threading

from winnow_base.objects.declared_uploads import DeclaredUploads
from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Unavailable
from winnow_contracts.uploads import KEPT_MS

_LOG = logging.getLogger(__name__)
_GRACE_MS = 3_600_000
"""A completion that began in the last moment has ended by then."""


class UnfinishedUploads:
    """Sweeps the store. It does the same however often, so that nothing is lost if it breaks off."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._declared = DeclaredUploads(objects)

    def sweep(self, stopping: threading.Event) -> dict[str, int]:
        """Give up what is too old; returns how many ``uploads``, and how many objects of which only ``parts`` are
        there. Raises Unavailable if the store does not answer.

        Parts of no declared upload are those of a stream that a process wrote; none takes two days.
        """
        now = now_ms()
        uploads = parts = 0
        for key in self._objects.keys(object_keys.DECLARED_UPLOADS):
            if stopping.is_set():
                return {"uploads": uploads, "parts": parts}
            uploads += self._end(key, now)
        for begun in self._objects.parts.unfinished():
            if stopping.is_set():
                break
            if begun.begun_ms < now - 2 * KEPT_MS:
                self._objects.parts.abort(begun.key, begun.parts_id)
                parts += 1
        return {"uploads": uploads, "parts": parts}

    def _end(self, key: str, now: int) -> bool:
        """End the upload under this key if it is too old; returns whether it was."""
        try:
            upload = self._declared.read(key)
        except Unavailable as error:
            # A newer version may have written it; it must not keep the others from being swept.
            _LOG.warning("A declared upload cannot be read.", extra={"key": key, "error": error.detail})
            return False
        if upload is None or upload.expires_ms + _GRACE_MS > now:
            return False
        if self._objects.exists(object_keys.claim(upload.tenant_id, upload.job_id)):
            self._declared.forget(upload)  # it is completed, and the gateway died before it said so
        else:
            self._declared.give_up(upload)
        return True
