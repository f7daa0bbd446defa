"""Winnow's errors: each says what happened, to what, and what to do, and whether trying again can help."""

from typing import Any, ClassVar


class WinnowError(Exception):
    """Base of all. ``code`` is an entry of ``problems.PROBLEMS``; ``detail`` one sentence; ``hint`` what to do."""

    retryable: ClassVar[bool] = False

    def __init__(self, detail: str, *, code: str = "internal", hint: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.hint = hint

    def to_json(self) -> dict[str, Any]:
        """The error as it travels in events: code, detail, hint, retryable."""
        return {"code": self.code, "detail": self.detail, "hint": self.hint, "retryable": self.retryable}


class Permanent(WinnowError):
    """Trying again cannot help: the task is dead at once."""


class BadInput(Permanent):
    """What the user gave cannot be used."""


class NotFound(Permanent):
    """The named thing does not exist."""

    def __init__(self, detail: str, *, code: str = "not-found", hint: str = "") -> None:
        super().__init__(detail, code=code, hint=hint)


class Unsupported(Permanent):
    """The kind of thing is not accepted."""


class Refused(Permanent):
    """Allowed in general, not for this caller or not now for good."""


class Temporary(WinnowError):
    """Trying again later may help."""

    retryable = True


class Unavailable(Temporary):
    """A dependency does not answer. ``dependency`` names it: ``postgres``, ``s3``, ``ai``, ``broker``, ``index``."""

    def __init__(self, detail: str, *, dependency: str, code: str = "unavailable", hint: str = "") -> None:
        super().__init__(detail, code=code, hint=hint)
        self.dependency = dependency


class TimedOut(Temporary):
    """It took longer than its limit."""


class RateLimited(Temporary):
    """An upstream asked to slow down; ``retry_after_seconds`` is its wish, 0 where it gave none."""

    def __init__(
        self, detail: str, *, retry_after_seconds: float = 0, code: str = "rate-limited", hint: str = ""
    ) -> None:
        super().__init__(detail, code=code, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class Deferred(Temporary):
    """Its turn comes at ``turn_ms`` (Unix milliseconds), which is reserved for it: waiting for it costs no retry.

    With ``reserved`` false it waits as well, for what another task is getting, but has no turn when it comes back.
    """

    def __init__(
        self, detail: str, *, turn_ms: int, reserved: bool = True, code: str = "rate-limited", hint: str = ""
    ) -> None:
        super().__init__(detail, code=code, hint=hint)
        self.turn_ms = turn_ms
        self.reserved = reserved


class Snoozed(Temporary):
    """What the task needs is busy: it comes back in ``wait_seconds``, and waiting costs no retry."""

    def __init__(self, detail: str, *, wait_seconds: float, code: str = "rate-limited", hint: str = "") -> None:
        super().__init__(detail, code=code, hint=hint)
        self.wait_seconds = wait_seconds


class Conflict(WinnowError):
    """It was done already, or something else holds the place."""


class Superseded(Conflict):
    """The work is done, but another outcome stands: nothing is to be repeated, and this one is not served."""


class Misconfigured(WinnowError):
    """The process cannot run as it is set up; it stops and says why."""
