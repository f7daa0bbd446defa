"""Uploads files and follows their jobs at the same time: the first is processed while the last is still being sent."""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from winnow_cli.adding.added import Added
from winnow_client import Client, captions_beside
from winnow_client.errors import Unavailable, WinnowError
from winnow_client.generated.queries import UploadMediaQuery

Beside = Callable[[Path], Path | None]
"""Finds the captions of a recording; None if there are none. Raises WinnowError."""

_BETWEEN_LOOKS_SECONDS = 1.0
_FEW = 3
"""Up to this many open jobs are read one by one; more are read as a list, which costs the stack less."""
_PAGE = 100


class View(Protocol):
    """Shows the progress. Two threads call it."""

    def sending(self, file: Added, sent_bytes: int, size_bytes: int) -> None:
        """Shows how much of a file is sent."""

    def accepted(self, file: Added) -> None:
        """Shows that a file was accepted or refused."""

    def seen(self, files: Sequence[Added]) -> None:
        """Shows the present state of the jobs."""

    def ended(self, file: Added) -> None:
        """Shows the final state of a file."""

    def away(self, error: Unavailable) -> None:
        """Shows that the gateway does not answer; the request is repeated."""


def send(
    client: Client, files: Sequence[Added], view: View, again: bool, options: UploadMediaQuery, beside: Beside
) -> None:
    """Sends the files one after the other; a file that fails does not stop the next."""
    for file in files:
        try:
            if file.link:
                job = client.media.fetch(file.link, **options)
            else:
                file.captions = beside(file.path)
                tell = partial(view.sending, file)
                job = client.media.upload(file.path, on_progress=tell, captions=file.captions, again=again, **options)
            file.media_id, file.job_id, file.already_stored = job.media_id, job.id, job.already_stored
        except WinnowError as error:
            file.fail(error)
        view.accepted(file)


def add(
    client: Client,
    named: Sequence[str],
    view: View,
    *,
    detach: bool,
    again: bool = False,
    options: UploadMediaQuery | None = None,
    beside: Beside = captions_beside,
) -> list[Added]:
    """Adds the files, and what links lead to, and unless ``detach``, waits for all of them; returns the state of each.

    A large file that the account has stored already is sent ``again`` or not at all. ``options`` are those of each
    file's job, as the API names them. ``beside`` finds the captions of a file.
    """
    files = [Added.of(one) for one in named]
    if detach:
        send(client, files, view, again, options or {}, beside)
        return files
    sender = threading.Thread(
        target=send, args=(client, files, view, again, options or {}, beside), name="sender", daemon=True
    )
    sender.start()
    open_files = list(files)
    while open_files or sender.is_alive():
        began = time.monotonic()
        try:
            _look(client, [file for file in open_files if file.job_id and not file.ended])
        except Unavailable as error:
            view.away(error)  # the jobs go on without it
        else:
            view.seen(files)
        for file in [file for file in open_files if file.ended]:
            open_files.remove(file)
            _learn(client, file)
            view.ended(file)
        if not open_files:
            view.seen(files)
        if open_files:
            time.sleep(max(0.1, _BETWEEN_LOOKS_SECONDS - (time.monotonic() - began)))
    return files


def _look(client: Client, files: Sequence[Added]) -> None:
    """Updates these jobs. Raises Unavailable if nobody answers now."""
    by_job: dict[str, list[Added]] = {}
    for file in files:
        by_job.setdefault(file.job_id, []).append(file)
    if len(by_job) > _FEW:
        _look_at_list(client, by_job)
        return
    for job_id, same in by_job.items():
        _each(same, partial(client.get, f"/v1/jobs/{job_id}"))


def _look_at_list(client: Client, wanted: dict[str, list[Added]]) -> None:
    """Reads jobs from the newest on until all wanted ones were found."""
    left, cursor = set(wanted), None
    while left:
        page = client.get("/v1/jobs", {"limit": _PAGE, "cursor": cursor})
        for job in page["items"]:
            for file in wanted.get(job["id"], ()):
                file.seen(job)
            left.discard(job["id"])
        cursor = page.get("next_cursor")
        if cursor is None:
            return  # accepted so recently that no list has it yet


def _each(files: Sequence[Added], read: Callable[[], Any]) -> None:
    try:
        job = read()
    except Unavailable:
        raise
    except WinnowError as error:
        for file in files:
            file.fail(error)
    else:
        for file in files:
            file.seen(job)


def _learn(client: Client, file: Added) -> None:
    """Reads a done file's length and number of words; if that fails, the table is printed without them."""
    if file.status != "done":
        return
    try:
        media = client.get(f"/v1/media/{file.media_id}")
        file.length_seconds = (media["duration_ms"] or 0) / 1000
        transcript = (
            client.get(f"/v1/media/{file.media_id}/transcript") if media["has_transcript"] else {"segments": []}
        )
        file.words = sum(len(segment["words"]) for segment in transcript["segments"])
    except WinnowError as error:
        file.job = {**file.job, "warnings": [*file.job.get("warnings", []), error.detail]}
