"""Saves the answer of a request as a file, which is there whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from winnow_client.calls import Call, checked
from winnow_client.errors import Misconfigured
from winnow_client.file_body import Progress
from winnow_client.files import readable
from winnow_client.flows import Flow, Receive, repeating
from winnow_client.retries import Retries


def saving(call: Call[Any], file: Path, on_progress: Progress, size_bytes: int, retries: Retries) -> Flow[Path]:
    """Writes what is answered beside ``file`` and renames it to that once it is whole; returns it.

    ``on_progress`` gets the bytes that came and ``size_bytes``, which is about how many there are. Each attempt begins
    anew. Raises WinnowError; Misconfigured if the file cannot be written. What was there before stays then.
    """
    partial = file.with_name(f".{file.name}.part")
    try:
        yield from repeating(lambda: _received(call, partial, on_progress, size_bytes), retries)
        with _told(file):
            partial.replace(file)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return file


def _received(call: Call[Any], partial: Path, on_progress: Progress, size_bytes: int) -> Flow[None]:
    with _told(partial), partial.open("wb") as out:

        def take(block: bytes) -> None:
            with _told(partial):
                out.write(block)
            on_progress(out.tell(), max(size_bytes, out.tell()))

        checked((yield Receive(call, take)))


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        detail = f"{readable(file)} cannot be written: {error.strerror or error}."
        raise Misconfigured(detail, hint="Name another place.") from error
