"""Watches one folder: looks at it again and again, sends what has come to rest, and tells how the jobs end."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from winnow_cli.adding.added import FINAL
from winnow_cli.watching.deliveries import content_hash, deliver, was_sent_before
from winnow_cli.watching.folder import Found, Look
from winnow_cli.watching.memory import Memory, Sent
from winnow_cli.watching.rest import Rest
from winnow_client import Client
from winnow_client.errors import Forbidden, NotFound, ServerError, Temporary, Unauthenticated, Unavailable, WinnowError
from winnow_client.generated.queries import UploadMediaQuery

_MOST_JOBS_A_LOOK = 20


class View(Protocol):
    """Tells what happens."""

    def tell(self, event: str, name: str, **facts: Any) -> None:
        """Tells ``sent``, ``known``, ``refused``, ``done`` or ``failed`` of a file, or ``away`` of the gateway."""


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """One folder and its gateway. ``find`` lists the files that may be sent."""

    client: Client
    find: Callable[[], Iterable[Found]]
    memory: Memory
    view: View
    rest: Rest
    options: UploadMediaQuery
    every_seconds: float
    hashes: dict[tuple[str, Look], str] = field(default_factory=dict)
    """Of files that could not be sent yet, so that none is read again at each look."""

    def watch(self, *, once: bool) -> bool:
        """Watches for ever, or ``once``: until all that is there is sent and its jobs have ended.

        Returns whether nothing was refused and no job failed. Raises Unauthenticated, Forbidden, NotFound if the folder
        is gone, and with ``once`` Unavailable.
        """
        went_well, away = True, False
        while True:
            began, wait_seconds = time.monotonic(), self.every_seconds
            fresh = [file for file in self._found() if not self.memory.knows(file.name, file.look)]
            try:
                for file in self.rest.at_rest(fresh, began):
                    went_well &= self._take(file)
                went_well &= self._tell_ends()
                away = False
            except Temporary as error:
                if once and isinstance(error, Unavailable):
                    raise
                wait_seconds = max(wait_seconds, error.retry_after_seconds)
                if not away:
                    self.view.tell("away", "", error=error.to_json())
                away = True
            if once and not away and not self.memory.open_jobs() and not self._left():
                return went_well
            time.sleep(max(0.05, wait_seconds - (time.monotonic() - began)))

    def _found(self) -> list[Found]:
        try:
            return list(self.find())
        except OSError as error:
            raise NotFound(f"The folder cannot be read: {error.strerror or error}.") from error

    def _left(self) -> bool:
        return any(not self.memory.knows(file.name, file.look) for file in self._found())

    def _take(self, file: Found) -> bool:
        """Sends a file unless its content was sent. Raises Temporary: it is tried again."""
        try:
            sha256 = self._hash(file)
            before = self.memory.sent(sha256)
            if before is not None:
                self.memory.note_sent(file.name, file.look, sha256, before)
                self.view.tell("known", file.name, media_id=before.media_id)
                return True
            sent = deliver(self.client, file, sha256, self.options)
        except (Temporary, Unauthenticated, Forbidden):
            raise
        except WinnowError as error:
            if error.code == "idempotency-in-progress":
                return True  # another watcher is sending it: what came of it, the next look finds out
            if isinstance(error, ServerError):  # a full quota, a fault of the gateway: not the file's, and they pass
                raise Unavailable(error.detail, code=error.code, hint=error.hint) from error
            self.memory.note_refused(file.name, file.look)
            if was_sent_before(error):
                self.view.tell("known", file.name, error=error.to_json())
                return True
            self.view.tell("refused", file.name, error=error.to_json())
            return False
        del self.hashes[file.name, file.look]
        self.memory.note_sent(file.name, file.look, sha256, sent)
        captions = {"captions": file.captions.name} if file.captions else {}
        self.view.tell("sent", file.name, media_id=sent.media_id, job_id=sent.job_id, **captions)
        return True

    def _hash(self, file: Found) -> str:
        place = (file.name, file.look)
        if place not in self.hashes:
            self.hashes[place] = content_hash(file)
        return self.hashes[place]

    def _tell_ends(self) -> bool:
        """Tells which jobs have ended since. Returns whether none of them failed."""
        went_well = True
        for job_id, (name, sent) in list(self.memory.open_jobs().items())[:_MOST_JOBS_A_LOOK]:
            went_well &= self._tell_end(name, sent, partial(self.client.get, f"/v1/jobs/{job_id}"))
        return went_well

    def _tell_end(self, name: str, sent: Sent, read: Callable[[], Any]) -> bool:
        try:
            job = read()
        except NotFound as error:  # deleted meanwhile, or another store's
            job = {"status": "failed", "error": error.to_json()}
        if job["status"] not in FINAL:
            return True
        self.memory.note_ended(sent)
        if job["status"] == "done":
            self.view.tell("done", name, media_id=sent.media_id)
            return True
        why = job.get("error") or {"code": job["status"], "detail": f"The job was {job['status']}.", "hint": ""}
        self.view.tell("failed", name, media_id=sent.media_id, job_id=sent.job_id, error=why)
        return False
