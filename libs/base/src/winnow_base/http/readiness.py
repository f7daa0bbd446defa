"""Whether what a process needs answers, asked in the background: whoever wants to know reads the last result."""

import time
from collections.abc import Callable, Mapping

from winnow_base.background import BackgroundLoop
from winnow_contracts.errors import WinnowError

_EVERY_SECONDS = 5.0
_AGAIN_SECONDS = 1.0
_LONGEST_PROBE_SECONDS = 10.0
Probe = Callable[[], None]


class Readiness:
    """Probes what a process cannot work without (``needed``) and what only some answers need (``helpful``), by name.

    A probe raises WinnowError if its dependency does not answer. Each has a thread, so that one that hangs holds up no
    other; after ten seconds it counts as failed.

    Example::

        readiness = Readiness({"s3": objects.probe})
        readiness.start()
        readiness.reasons  # {}, or {"s3": "The store does not answer."}; never waits
    """

    def __init__(self, needed: Mapping[str, Probe] | None = None, helpful: Mapping[str, Probe] | None = None) -> None:
        self._needed = [_Watch(name, probe) for name, probe in (needed or {}).items()]
        self._helpful = [_Watch(name, probe) for name, probe in (helpful or {}).items()]

    def start(self) -> None:
        """Begin to probe; until a first probe has ended, its dependency counts as missing."""
        for watch in (*self._needed, *self._helpful):
            watch.loop.start()

    def stop(self) -> None:
        """Stop probing. A probe that hangs is not waited for."""
        for watch in (*self._needed, *self._helpful):
            watch.loop.stop(timeout_seconds=0.1)

    @property
    def reasons(self) -> dict[str, str]:
        """Why the process cannot do its work, by dependency; empty if it can."""
        return _failed(self._needed)

    @property
    def degraded(self) -> dict[str, str]:
        """Which dependencies that only some answers need are missing, and why."""
        return _failed(self._helpful)


class _Watch:
    """The last result of one probe."""

    def __init__(self, name: str, probe: Probe) -> None:
        self.name = name
        self.loop = BackgroundLoop(f"watch {name}", f"probes {name} for /readyz", self._turn)
        self._probe = probe
        self._reason = "It has not been asked yet."
        self._began: float | None = None

    @property
    def reason(self) -> str:
        """Why the dependency counts as missing; empty if it answers."""
        began = self._began
        waited_seconds = 0.0 if began is None else time.monotonic() - began
        if waited_seconds > _LONGEST_PROBE_SECONDS:
            return f"It has not answered for {waited_seconds:.0f} seconds."
        return self._reason

    def _turn(self) -> float:
        self._began = time.monotonic()
        try:
            self._probe()
            self._reason = ""
        except WinnowError as error:
            self._reason = error.detail
        except Exception as bug:
            self._reason = f"Its probe failed: {type(bug).__name__}."
            raise  # the loop logs it and goes on
        finally:
            self._began = None
        return _AGAIN_SECONDS if self._reason else _EVERY_SECONDS


def _failed(watches: list[_Watch]) -> dict[str, str]:
    reasons = {watch.name: watch.reason for watch in watches}
    return {name: reason for name, reason in reasons.items() if reason}
