"""One operation of the API: its method, its path, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Operation(Generic[T_co]):
    """``path`` has its parts in braces. ``answers`` has by status the dataclass of the answer, or ``bytes``.

    ``takes_key``: with an Idempotency-Key it is done once, however often it is asked.
    """

    method: str
    path: str
    answers: Mapping[int, type[T_co]]
    takes_key: bool = False
