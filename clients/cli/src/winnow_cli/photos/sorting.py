"""Sends photos through the gateway, a few at a time, and waits for the answer of each."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from winnow_client import Client
from winnow_client.errors import NotFound, TimedOut, Unavailable, WinnowError

View = dict[str, Any]

_PREFERRED_WAIT_SECONDS = 10
_BETWEEN_LOOKS_SECONDS = 0.25


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Options of the answers and of their jobs; None: the gateway's default."""

    language: str | None = None
    region: str | None = None
    track: str | None = None
    limit_seconds: float = 600
    """The longest time for one photo."""


@dataclass(frozen=True, kw_only=True)
class SortedPhoto:
    """The result of one photo: the gateway's ``view`` of it, or an ``error`` (code, detail, hint)."""

    name: str
    view: View | None
    error: View | None
    seconds: float
    """Seconds from sending to the answer."""

    @property
    def classification(self) -> View | None:
        """The classification; None if the photo failed."""
        return None if self.view is None or self.error else self.view["classification"]

    @property
    def item(self) -> View | None:
        """The first item of the answer; None if it names none."""
        said = self.classification
        return said["items"][0] if said and said["items"] and not said["abstained"] else None


def sort_photo(client: Client, name: str, read: Callable[[], bytes], wishes: Wishes) -> SortedPhoto:
    """Sends one photo and waits for its answer. Failures become the result's ``error``."""
    began = time.monotonic()
    try:
        view = _answered(client, name, read(), wishes)
        error = view["error"] if view["status"] == "failed" else None
        if view["status"] == "failed" and error is None:
            error = {"code": "internal", "detail": "The photo's job failed; why is not known yet.", "hint": ""}
    except WinnowError as problem:
        view, error = None, problem.to_json()
    except OSError as problem:
        view, error = None, NotFound(f"{name} cannot be read: {problem.strerror}.").to_json()
    return SortedPhoto(name=name, view=view, error=error, seconds=time.monotonic() - began)


def sort_photos(
    client: Client,
    photos: Iterable[tuple[str, Callable[[], bytes]]],
    wishes: Wishes,
    at_once: int,
) -> Iterator[SortedPhoto]:
    """Sorts photos, each a name and a function that reads it, at most ``at_once`` at a time, in this order."""
    with ThreadPoolExecutor(at_once, thread_name_prefix="sort") as threads:
        waiting: list[Future[SortedPhoto]] = []
        try:
            for name, read in photos:
                waiting.append(threads.submit(sort_photo, client, name, read, wishes))
                if len(waiting) > at_once:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for unwanted in waiting:
                unwanted.cancel()


def _answered(client: Client, name: str, content: bytes, wishes: Wishes) -> View:
    """The photo once it is ready or failed."""
    until = time.monotonic() + wishes.limit_seconds
    wished = {"language": wishes.language, "region": wishes.region, "track": wishes.track}
    query = {"filename": PurePath(name).name, **wished}
    headers = {"Content-Type": "application/octet-stream", "Prefer": f"wait={_PREFERRED_WAIT_SECONDS}"}
    view: View = client.send("POST", "/v1/photos", content=content, query=query, headers=headers)
    photo_id = view.get("id") or view["media_id"]
    while view["status"] not in ("ready", "failed"):
        if time.monotonic() > until:
            raise TimedOut(f"{name} has no answer after {wishes.limit_seconds:.0f} s; its id is {photo_id}.")
        time.sleep(_BETWEEN_LOOKS_SECONDS)
        try:
            view = client.get(f"/v1/photos/{photo_id}")
        except Unavailable:
            # Wait for a gateway or index that is down: the job continues without it.
            if time.monotonic() > until:
                raise
    return view
