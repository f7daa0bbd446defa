"""Hashes passwords with Argon2id and checks them, a few at a time: each takes memory on purpose."""

import threading

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from winnow_contracts.accounts import normal_password
from winnow_contracts.errors import Unavailable

MEMORY_KIB, PASSES = 19_456, 2
"""The least of OWASP's password storage cheat sheet: 19 MiB and two passes, in one thread."""
AT_ONCE = 2
"""Checks that one process makes at a time, so that strangers who try to sign in take 38 MiB of it at most."""
_WAIT_SECONDS = 4.0

_HASHER = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1, type=Type.ID)
_PLACES = threading.BoundedSemaphore(AT_ONCE)
_NOBODYS = _HASHER.hash("the password of no account")
"""What is checked for a name without an account, so that the answer takes as long."""


def hashed(password: str) -> str:
    """The hash of a password, with its salt and parameters. Raises Unavailable while too many are being checked."""
    with _Place():
        return _HASHER.hash(normal_password(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one that ``kept`` is the hash of; never, if there is none, which takes as long.

    Raises Unavailable while too many are being checked.
    """
    with _Place():
        try:
            return _HASHER.verify(kept or _NOBODYS, normal_password(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than new ones are."""
    return _HASHER.check_needs_rehash(kept)


class _Place:
    def __enter__(self) -> None:
        if not _PLACES.acquire(timeout=_WAIT_SECONDS):
            raise Unavailable("Too many people sign in at this moment.", dependency="index", hint="Try again soon.")

    def __exit__(self, *raised: object) -> None:
        _PLACES.release()
