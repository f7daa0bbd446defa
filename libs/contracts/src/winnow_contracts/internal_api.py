"""Base classes of requests between services.

A request is a dataclass that names its route and the dataclass of its answer.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, get_args

A = TypeVar("A", covariant=True)
TIMEOUT_HEADER = "Winnow-Timeout-Ms"
"""The request header that tells how long its sender waits for the answer, in milliseconds. Work beyond it is for
nobody."""


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """A method and a path such as ``/internal/v1/media/{media_id}``. The names in braces are fields of the request."""

    method: str
    path: str

    @property
    def rule(self) -> str:
        """The path in Flask's notation."""
        return self.path.replace("{", "<").replace("}", ">")


class InternalRequest(Generic[A]):
    """A request whose answer is an ``A``; ``ROUTE`` is its route.

    Fields that are not in the path go into the query of a GET, where None means not given, and into the JSON body of
    any other method.
    """

    __slots__ = ()
    ROUTE: ClassVar[HttpRoute]

    @classmethod
    def answer_type(cls) -> type[A]:
        """The dataclass of the answer, as the class statement names it."""
        bases: tuple[Any, ...] = cls.__orig_bases__  # type: ignore[attr-defined]
        answer: type[A] = get_args(bases[0])[0]
        return answer


class IndexRequest(InternalRequest[A]):
    """A request to the index service."""

    __slots__ = ()


class AiRequest(InternalRequest[A]):
    """A request to the ai service."""

    __slots__ = ()
