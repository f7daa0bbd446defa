"""Circuit breaker: a node stops consuming while a dependency is down, reports why, and probes until it is back."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from winnow_base.background import BackgroundLoop
from winnow_chassis.worker.routes import Dependency
from winnow_contracts.errors import WinnowError

_LOG = logging.getLogger(__name__)
_PROBE_SECONDS = 5.0
_HALF_OPEN_SECONDS = 1.0


class ConsumerBreaker:
    """Lets the node consume while there is no reason against it. ``/readyz`` shows ``reasons``.

    Watchers are called, in any thread, when a reason is added or removed.
    """

    def __init__(self) -> None:
        self._watchers: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._reasons: dict[str, str] = {}

    @property
    def may_consume(self) -> bool:
        """Whether the node may consume now."""
        return not self._reasons

    @property
    def reasons(self) -> dict[str, str]:
        """The reasons not to consume: name to sentence."""
        with self._lock:
            return dict(self._reasons)

    def watch(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` after every change from now on."""
        self._watchers.append(changed)

    def trip(self, name: str, reason: str) -> None:
        """Stop consuming because of ``name``."""
        with self._lock:
            fresh = name not in self._reasons
            self._reasons[name] = reason
        if fresh:
            _LOG.warning("This node stops consuming.", extra={"because": name, "reason": reason})
            self._tell()

    def reset(self, name: str) -> None:
        """Remove the reason ``name``."""
        with self._lock:
            known = self._reasons.pop(name, None)
        if known is not None:
            _LOG.info("A reason not to consume is gone.", extra={"because": name})
            self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()


class DependencyMonitor:
    """Probes a service's dependencies and trips the breaker while one does not answer.

    It then probes every second (half-open).
    """

    def __init__(self, breaker: ConsumerBreaker, dependencies: Sequence[Dependency]) -> None:
        self._breaker = breaker
        self._dependencies = {dependency.name: dependency for dependency in dependencies}
        self._due = 0.0
        self._loop = BackgroundLoop("dependency monitor", "probes what this node needs", self._turn)
        breaker.watch(self._loop.wake)

    def start(self) -> None:
        """Probe everything once, then go on in the background."""
        self.probe_all()
        self._due = time.monotonic() + _PROBE_SECONDS
        self._loop.start()

    def stop(self) -> None:
        """Stop probing."""
        self._loop.stop(timeout_seconds=15)

    def is_down(self, name: str) -> bool:
        """Probe ``name`` now; True if it is a dependency of this service and does not answer."""
        return name in self._dependencies and not self._probe(self._dependencies[name])

    def probe_all(self) -> None:
        """Probe everything now."""
        for dependency in self._dependencies.values():
            self._probe(dependency)

    def _probe(self, dependency: Dependency) -> bool:
        try:
            dependency.probe()
        except WinnowError as error:
            self._breaker.trip(dependency.name, error.detail)
            return False
        except Exception as bug:  # noqa: BLE001 - a bug must not end the monitor: nothing would reset the breaker
            _LOG.exception("Unexpected error in a probe; continuing.", extra={"dependency": dependency.name})
            self._breaker.trip(dependency.name, f"its probe failed: {type(bug).__name__}")
            return False
        self._breaker.reset(dependency.name)
        return True

    def _turn(self) -> float:
        if not self._breaker.may_consume:  # perhaps a task has just found a dependency down and tripped the breaker
            self._due = min(self._due, time.monotonic() + _HALF_OPEN_SECONDS)
        if time.monotonic() >= self._due:
            self.probe_all()
            self._due = time.monotonic() + (_PROBE_SECONDS if self._breaker.may_consume else _HALF_OPEN_SECONDS)
        return max(0.0, self._due - time.monotonic())
