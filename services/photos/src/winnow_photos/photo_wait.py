"""``Prefer: wait`` (RFC 7240, section 4.3): returns a photo's answer in the same request if it is ready in time."""

import re
import time
from typing import Any

from winnow_base.http.callers import has_gone
from winnow_base.http.long_requests import LongRequests
from winnow_contracts.errors import NotFound, RateLimited, Unavailable
from winnow_gateway.api.upload import AcceptedUpload
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.http.operations import Call
from winnow_photos.photo_reads import PhotoReads

LONGEST_SECONDS = 30
POLL_SECONDS = 1.0
"""Live events wake a waiting request. As events may be lost, it also polls this often, and checks its client."""


class PhotoWait:
    """Waits for answers. Each wait holds a thread, so it is one of its key's long requests."""

    def __init__(self, reads: PhotoReads, board: LiveBoard, long: LongRequests) -> None:
        self._reads = reads
        self._board = board
        self._long = long

    def for_answer(self, call: Call, taken: AcceptedUpload, seconds: int) -> tuple[dict[str, Any] | None, bool]:
        """Returns the photo once it is ready or failed, or None if it is not in time; and whether it waited at all."""
        try:
            with self._long.held(call.principal.key_id, optional=True):
                return self._until(call, taken, time.monotonic() + seconds), True
        except RateLimited:
            # A server may ignore a preference (RFC 7240): the photo is accepted, and its client can follow the job.
            return None, False

    def _until(self, call: Call, taken: AcceptedUpload, deadline: float) -> dict[str, Any] | None:
        while True:
            version = self._board.version(taken.job_id)
            photo = self._photo(call.tenant_id, taken.media_id)
            if photo is not None and photo["status"] != "processing":
                return photo
            left = deadline - time.monotonic()
            if left <= 0 or self._board.stopped or has_gone(call.request.environ):
                return None
            self._board.wait(taken.job_id, version, min(left, POLL_SECONDS))

    def _photo(self, tenant_id: str, media_id: str) -> dict[str, Any] | None:
        try:
            return self._reads.photo(tenant_id, media_id)
        except (Unavailable, NotFound):
            # Index cannot be read now; ask it again.
            return None


def wanted_seconds(header: str | None) -> int | None:
    """Returns the seconds that ``Prefer`` asks to wait, at most ``LONGEST_SECONDS``; None if it asks for no waiting."""
    for preference in (header or "").split(","):
        found = re.fullmatch(r'\s*wait\s*=\s*(?:([0-9]{1,6})|"([0-9]{1,6})")\s*(?:;.*)?', preference, re.IGNORECASE)
        if found:
            return min(int(found[1] or found[2]), LONGEST_SECONDS)
    return None
