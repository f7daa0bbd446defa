"""Waits for the bodies of requests: on disk and without a thread up to a size, beyond it in the request's thread."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from winnow_base.http.incoming_body import IncomingBody
from winnow_base.http.long_requests import LongRequests
from winnow_base.http.pause import Pause
from winnow_contracts.errors import RateLimited
from winnow_gateway.http.operations import Call
from winnow_gateway.http.pausing import incoming_body, kept, leave

MOST_BYTES = (32 << 20) + (1 << 16)
"""The largest body that is waited for on disk: a form. The page and the clients send larger files in parts."""
MOST_JSON_BYTES = 4 << 20
"""JSON that announces more is not waited for: nothing takes it."""
_SPARE_BYTES = 4 << 30
"""How much of the disk is left free, for the journal; no more than a fifth of it."""
TURN_SECONDS = 20.0
"""How long an upload that has come waits for a thread. Nothing is read from its client meanwhile, which may have left:
it is refused then, and sent again by who still wants it."""
_COME, _TURN = "body", "turn of the body"


class AwaitedBodies:
    """Waits until bodies may be read. Each is one of its key's uploads meanwhile, and then holds a thread.

    ``uploads`` counts those that come without a thread, ``threads`` the threads. ``folder`` has their bytes, in files
    without a name, so that nothing stays of a process that was killed.
    """

    def __init__(self, uploads: LongRequests, threads: LongRequests, folder: Path) -> None:
        self._uploads = uploads
        self._threads = threads
        self._folder = folder

    @contextmanager
    def come(self, call: Call, most_bytes: int) -> Iterator[None]:
        """Runs the block with a thread that the upload may hold, once its body has come or may be waited for in it.

        One that announces more than ``most_bytes`` is not waited for: the block refuses it. Raises RateLimited, also
        where the body has come and no thread was free for ``TURN_SECONDS``.
        """
        if _TURN in kept(call.request):
            yield  # the pause holds a thread for it, and is closed after this
            return
        is_here = not self.has_come(call) and self._is_here(call, most_bytes, moved=True)
        with ExitStack() as held:
            try:
                held.enter_context(self._threads.held(call.principal.key_id))
            except RateLimited:
                if not is_here:
                    raise
                self._pause(call, moved=True)
            yield

    def wait(self, call: Call, most_bytes: int) -> None:
        """As ``come`` for a body that is read in a moment, so that it holds no thread of uploads."""
        if not self.has_come(call):
            self._is_here(call, most_bytes, moved=False)

    def has_come(self, call: Call) -> bool:
        """Whether the request has paused for its body, and is handled again."""
        return _COME in kept(call.request)

    def _is_here(self, call: Call, most_bytes: int, *, moved: bool) -> bool:
        """Whether all of the body has come; False where it is not waited for on disk. Else lets the request pause.

        ``moved`` says whether a thread is to move it then.
        """
        body, length = incoming_body(call.request), call.request.content_length
        if body is None or length is None or length > min(most_bytes, MOST_BYTES):
            return False
        if not body.missing_bytes:
            return True
        file = self._room_for(length)
        if file is None:
            return False
        body.keep_in(file)
        self._pause(call, body, moved=moved)
        return True

    def _pause(self, call: Call, body: IncomingBody | None = None, *, moved: bool) -> None:
        """Lets the request pause until ``body`` has come, and then, where a thread is to move it, for its turn."""
        key_id, notes = call.principal.key_id, kept(call.request)

        async def wait() -> None:
            if body is not None:
                await body.receive()
            if moved:
                with suppress(TimeoutError):
                    async with asyncio.timeout(TURN_SECONDS):
                        await self._threads.turn(key_id)
                        notes[_TURN] = True
                        pause.call_on_close(lambda: self._threads.end(key_id))

        pause = self._uploads.answer(key_id, lambda: Pause(wait))
        notes[_COME] = True
        leave(call.request, pause)

    def _room_for(self, length: int) -> BinaryIO | None:
        """A file with room for ``length`` bytes, whatever others write; None if the disk has no such room to spare."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        disk = shutil.disk_usage(self._folder)
        if disk.free - length < min(_SPARE_BYTES, disk.total // 5):
            return None
        file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - it is closed at the end of the request
        try:
            os.posix_fallocate(file.fileno(), 0, length)
        except OSError:  # others were faster
            file.close()
            return None
        return file
