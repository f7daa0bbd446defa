"""Idempotency-Key: the same key is the same job, and only one request with a key is processed at a time."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from winnow_contracts.errors import Conflict
from winnow_gateway.http.operations import QueryParameter
from winnow_gateway.http.problems import FieldError

KEY = QueryParameter(
    name="Idempotency-Key",
    about="The same key is the same job.",
    schema={"type": "string", "pattern": "^[ -~]{1,255}$"},
)
"""The header, as every operation that creates jobs documents it."""


def read_key(header: str | None) -> str | None:
    """Returns the key from a header, with or without the quotes of a structured-field string. Raises FieldError."""
    if header is None:
        return None
    key = header[1:-1] if len(header) > 1 and header[0] == header[-1] == '"' else header
    if not re.fullmatch(r"[\x20-\x7e]{1,255}", key):
        raise FieldError("The Idempotency-Key must be 1 to 255 printable characters.", pointer="Idempotency-Key")
    return key


@contextmanager
def only_one(folder: Path, job_id: str) -> Iterator[None]:
    """Locks the job's key among all processes of this gateway. Raises Conflict while another request holds it.

    The lock belongs to an open file handle, so a killed process releases it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{job_id}.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "Another request with this Idempotency-Key is still being answered.",
                code="idempotency-in-progress",
                hint="Wait for its answer, or ask again in a moment.",
            ) from error
        yield
        # Removed while held: a process that opened the file earlier holds a name that nobody else can find, but by then
        # the job is known, so its request is answered as a replay.
        path.unlink(missing_ok=True)
    finally:
        os.close(handle)
