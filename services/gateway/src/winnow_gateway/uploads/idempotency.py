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
    schema={"type": "string", "pattern": "^[ -~]{1,255}$", "examples": ['"talk-1"']},
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

    The lock belongs to an open file handle, so a killed process releases it. Its file goes with the block, however
    that ends: there are as many keys as requests.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{job_id}.lock"
    handle = _locked(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)  # while it is held: nobody else can hold the file of this name now
        os.close(handle)


def _locked(path: Path) -> int:
    """A handle of the file at ``path``, locked. Who opened it before its last holder removed it tries again."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(path, handle):
                return handle
        except BlockingIOError as error:
            os.close(handle)
            raise Conflict(
                "Another request with this Idempotency-Key is still being answered.",
                code="idempotency-in-progress",
                hint="Wait for its answer, or ask again in a moment.",
            ) from error
        os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
