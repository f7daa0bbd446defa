"""Winnow's errors. Each says what happened, to what, what to do, and whether trying again can help."""

from typing import Any, ClassVar


class WinnowError(Exception):
    """The base of all errors.

    ``code`` is an entry of ``problems.PROBLEMS``, ``detail`` is one sentence, ``hint`` says what to do.
    """

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
    """Trying again cannot help. The task is dead at once."""


class BadInput(Permanent):
    """The user's input cannot be used."""


class NotFound(Permanent):
    """The named thing does not exist."""

    def __init__(self, detail: str, *, code: str = "not-found", hint: str = "") -> None:
        super().__init__(detail, code=code, hint=hint)


class Gone(Permanent):
    """The named thing was deleted."""

    def __init__(self, detail: str, *, code: str = "gone", hint: str = "") -> None:
        super().__init__(detail, code=code, hint=hint)


class Unsupported(Permanent):
    """This kind of input is not accepted."""


class Refused(Permanent):
    """Allowed in general, but not for this caller or in this state."""


class Temporary(WinnowError):
    """Trying again later may help."""

    retryable = True


class Unavailable(Temporary):
    """A dependency does not answer. ``dependency`` names it: ``postgres``, ``s3``, ``ai``, ``broker``, ``index``."""

    def __init__(self, detail: str, *, dependency: str, code: str = "unavailable", hint: str = "") -> None:
        super().__init__(detail, code=code, hint=hint)
        self.dependency = dependency


class TimedOut(Temporary):
    """The work took longer than its limit."""


class TryAlone(Temporary):
    """Something outside killed what the task ran, perhaps for what ran beside it. The retry runs alone.

    ``verdict`` is what a step raises instead if it happens again to a task that runs alone for this reason.
    """

    def __init__(self, detail: str, *, verdict: WinnowError, hint: str = "") -> None:
        super().__init__(detail, code=verdict.code, hint=hint)
        self.verdict = verdict


class RateLimited(Temporary):
    """An upstream asked to slow down. ``retry_after_seconds`` is the wait it asked for, 0 if it gave none."""

    def __init__(
        self, detail: str, *, retry_after_seconds: float = 0, code: str = "rate-limited", hint: str = ""
    ) -> None:
        super().__init__(detail, code=code, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class Deferred(Temporary):
    """The task must wait for ``turn_ms`` (Unix milliseconds), which is reserved for it. Waiting costs no retry.

    With ``reserved`` false the task waits for a result that another task is getting, and has no reservation when it
    comes back.
    """

    def __init__(
        self, detail: str, *, turn_ms: int, reserved: bool = True, code: str = "rate-limited", hint: str = ""
    ) -> None:
        super().__init__(detail, code=code, hint=hint)
        self.turn_ms = turn_ms
        self.reserved = reserved


class Snoozed(Temporary):
    """What the task needs is busy. The task returns in ``wait_seconds``, and waiting costs no retry."""

    def __init__(self, detail: str, *, wait_seconds: float, code: str = "rate-limited", hint: str = "") -> None:
        super().__init__(detail, code=code, hint=hint)
        self.wait_seconds = wait_seconds


class Conflict(WinnowError):
    """The work was done already, or something else is in its place."""


class Superseded(Conflict):
    """The work is done, but another outcome was accepted first. Nothing is repeated, and this result is not served."""


class Misconfigured(WinnowError):
    """The process cannot run with its settings. It stops and says why."""
