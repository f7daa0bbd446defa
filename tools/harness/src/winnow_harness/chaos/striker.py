"""Carries out a plan: strikes and heals by time, and records what really happened when."""

import heapq
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import WinnowError
from winnow_harness.chaos.fault import Fault, Scene
from winnow_harness.chaos.plan import Hit

_TICK_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Struck:
    """A fault as it happened, in Unix milliseconds; ``ended_ms`` is None while it is open.

    ``failed`` says why it did not strike, or could not be healed at the first try.
    """

    fault: str
    target: str
    began_ms: int
    ended_ms: int | None = None
    failed: str = ""


@dataclass
class Striker:
    """Strikes ``scene`` by a plan. ``before(hit)`` runs first and returns a reason not to strike, or nothing.

    The time spent in ``before`` does not count: later hits keep their distance.
    """

    scene: Scene
    faults: Mapping[str, Fault]
    before: Callable[[Hit], str] = lambda hit: ""
    after: Callable[[Struck], None] = lambda struck: None
    tick: Callable[[], None] = lambda: None
    struck: list[Struck] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)
    _began: float = field(default_factory=time.monotonic)
    _waited: float = 0.0
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _open: dict[int, Callable[[], None]] = field(default_factory=dict)

    def run(self, hits: Sequence[Hit]) -> None:
        """Carries out the plan. Every fault is healed when this returns or raises."""
        self._began = time.monotonic()
        for hit in hits:
            self._later(hit.at_seconds, lambda hit=hit: self._strike(hit))  # type: ignore[misc]
        try:
            while self._due:
                while self._due and self._due[0][0] <= self._now():
                    heapq.heappop(self._due)[2]()
                self.tick()
                time.sleep(_TICK_SECONDS)
        finally:
            self.heal_all()

    def heal_all(self) -> None:
        """Ends every open fault."""
        for heal in list(self._open.values()):
            heal()

    def _strike(self, hit: Hit) -> None:
        fault = self.faults[hit.fault]
        if fault.alone:
            # The plan keeps them apart; but striking takes time, so a fault may be open for longer than planned.
            self.heal_all()
        asked = time.monotonic()
        reason = self.before(hit)
        self._waited += time.monotonic() - asked
        place = len(self.struck)
        self.struck.append(Struck(fault=hit.fault, target=hit.target, began_ms=now_ms(), failed=reason))
        if reason:
            self._close(place)
            return
        # Recorded as open before it strikes: a fault that fails half way is healed too.
        self._open[place] = lambda: self._heal(place, fault)
        try:
            fault.strike(self.scene, hit.target)
        except (WinnowError, OSError, KeyError) as error:
            self.struck[place] = replace(self.struck[place], failed=f"it did not strike: {error}")
        self.after(self.struck[place])
        if hit.hold_seconds:
            self._later(self._now() + hit.hold_seconds, lambda: self._heal(place, fault))
        else:
            self._heal(place, fault)

    def _heal(self, place: int, fault: Fault) -> None:
        if self._open.pop(place, None) is None:
            return
        try:
            fault.heal(self.scene, self.struck[place].target)
        except (WinnowError, OSError, KeyError) as error:
            self.struck[place] = replace(self.struck[place], failed=f"it was not healed: {error}")
        self._close(place)

    def _close(self, place: int) -> None:
        self.struck[place] = replace(self.struck[place], ended_ms=now_ms())

    def _now(self) -> float:
        """Seconds of the plan that have passed."""
        return time.monotonic() - self._began - self._waited

    def _later(self, at_seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._due, (at_seconds, next(self._order), what))
