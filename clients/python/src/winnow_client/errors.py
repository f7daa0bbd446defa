"""The client's errors. Each says what happened, to what, what to do, and whether asking again can help."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class WinnowError(Exception):
    """The base of all errors.

    ``detail`` is one sentence, ``hint`` says what to do, ``code`` names the problem (``too-large``). ``status`` is the
    HTTP status and ``request_id`` what the gateway's log calls the request, where the gateway answered. ``errors`` has
    the fields that are wrong, each with ``pointer``, ``code`` and ``detail``. ``retryable``: the same request may
    succeed later.
    """

    retryable: bool = False
    CODE: ClassVar[str] = "internal"

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        hint: str = "",
        status: int | None = None,
        request_id: str = "",
        errors: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.CODE
        self.hint = hint
        self.status = status
        self.request_id = request_id
        self.errors = tuple(errors)

    def to_json(self) -> dict[str, Any]:
        """The error as Winnow writes it everywhere: code, detail, hint, retryable."""
        return {"code": self.code, "detail": self.detail, "hint": self.hint, "retryable": self.retryable}


class BadInput(WinnowError):
    """The request or the file cannot be used: 400, 413, 415, 422 and their like."""

    CODE = "invalid-field"


class Unauthenticated(WinnowError):
    """There is no API key, or one that is unknown, expired or revoked: 401."""

    CODE = "unauthenticated"


class Forbidden(WinnowError):
    """The key may not do that: 403."""

    CODE = "forbidden"


class NotFound(WinnowError):
    """The named thing does not exist, or is somebody else's: 404."""

    CODE = "not-found"


class Gone(NotFound):
    """It was there and is deleted: 410."""

    CODE = "gone"


class Conflict(WinnowError):
    """It is not possible in the present state: 409, 412, 423, 428."""

    CODE = "not-ready"


class Temporary(WinnowError):
    """Asking again later may help."""

    retryable = True
    CODE = "unavailable"

    retry_after_seconds: float = 0
    """The wait that was asked for; 0: none."""


class RateLimited(Temporary):
    """Too many requests, or all places are taken: 429."""

    CODE = "rate-limited"


class Unavailable(Temporary):
    """The gateway does not answer, or a part behind it: 502, 503, 504."""


class TimedOut(Temporary):
    """It took longer than its limit: 408, or a wait of this client."""

    CODE = "timed-out"


class ServerError(WinnowError):
    """Something went wrong on the gateway's side: every other status."""


class UnexpectedAnswer(WinnowError):
    """What answered is not Winnow, or a version of it that does not fit this client."""


class JobFailed(WinnowError):
    """The job that was waited for failed or was cancelled; the error is the job's."""


class Misconfigured(WinnowError):
    """An address, a key or another setting cannot be used."""


OF_STATUS: dict[int, type[WinnowError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    408: TimedOut,
    409: Conflict,
    410: Gone,
    412: Conflict,
    423: Conflict,
    428: Conflict,
    429: RateLimited,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}
"""The error of a status; another from 400 to 499 is BadInput, any other ServerError."""
