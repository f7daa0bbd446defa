"""``Prefer: wait`` (RFC 7240, section 4.3): returns a photo's answer in the same request if it is ready in time."""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from winnow_base.http.long_requests import LongRequests
from winnow_base.http.pause import Pause
from winnow_contracts.errors import NotFound, RateLimited, Unavailable
from winnow_gateway.api.upload import AcceptedUpload
from winnow_gateway.clients.followed_jobs import within
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.http.operations import Call
from winnow_gateway.http.pausing import kept, leave
from winnow_photos.photo_reads import PhotoReads

LONGEST_SECONDS = 30
POLL_SECONDS = 2.0
"""Live events end a pause. As events may be lost, a photo is also looked at this often."""
_BEGUN, _PAUSE = "photo wait", "photo pause"


@dataclass(frozen=True, kw_only=True)
class _Begun:
    taken: AcceptedUpload
    deadline: float


class PhotoWait:
    """Waits for answers: a request pauses until its job's next live event, and then looks at the photo again.

    It holds no thread meanwhile, and is one of its key's open answers.
    """

    def __init__(self, reads: PhotoReads, board: LiveBoard, open_answers: LongRequests) -> None:
        self._reads = reads
        self._board = board
        self._open_answers = open_answers
        self._pauses: dict[str, list[Callable[[], object]]] = {}
        board.on_change(self._heard)

    def taken(self, call: Call) -> AcceptedUpload | None:
        """The upload of a request that has paused for its answer; None of another one."""
        begun: _Begun | None = kept(call.request).get(_BEGUN)
        return None if begun is None else begun.taken

    def for_answer(self, call: Call, taken: AcceptedUpload, seconds: int) -> tuple[dict[str, Any] | None, bool]:
        """Returns the photo once it is ready or failed, or None if it is not in time; and whether it waited at all."""
        notes = kept(call.request)
        begun: _Begun = notes.setdefault(_BEGUN, _Begun(taken=taken, deadline=time.monotonic() + seconds))
        if _PAUSE in notes:
            notes.pop(_PAUSE).close()  # its place among the key's open answers is the next pause's
        while True:
            version = self._board.version(taken.job_id)
            photo = self._photo(call.tenant_id, taken.media_id)
            if photo is not None and photo["status"] != "processing":
                return photo, True
            left = begun.deadline - time.monotonic()
            if left <= 0 or self._board.stopped:
                return None, True
            try:
                pause = self._pause(call.principal.key_id, taken.job_id, version, min(left, POLL_SECONDS))
            except RateLimited:
                # A server may ignore a preference (RFC 7240): the photo is accepted, and its client can follow the job.
                return None, False
            notes[_PAUSE] = pause
            leave(call.request, pause)

    def _pause(self, key_id: str, job_id: str, version: int, seconds: float) -> Pause:
        """A pause until the job's version exceeds ``version``, the board stops, or so many seconds are over."""

        async def wait() -> None:
            heard = asyncio.Event()
            wake = partial(asyncio.get_running_loop().call_soon_threadsafe, heard.set)
            pauses = self._pauses.setdefault(job_id, [])
            pauses.append(wake)
            try:
                if self._board.version(job_id) == version and not self._board.stopped:
                    await within(heard, seconds)
            finally:
                pauses.remove(wake)
                if not pauses:
                    self._pauses.pop(job_id, None)

        return self._open_answers.answer(key_id, lambda: Pause(wait, ends_by_hanging_up=True))

    def _heard(self, job_id: str | None) -> None:
        """Ends the pauses for a job, or all where the board has stopped; called in any thread."""
        pauses = self._pauses.get(job_id, []) if job_id else chain.from_iterable(tuple(self._pauses.values()))
        for wake in tuple(pauses):
            with suppress(RuntimeError):  # the loop has ended since
                wake()

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
