"""A window of time, cut into slices, and whose tasks in it are meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from winnow_contracts.index_api.activity import ActivitySlice

SLICES = 60


@dataclass(frozen=True, kw_only=True)
class Window:
    """From ``since_ms`` up to, not including, ``until_ms`` (Unix milliseconds); of one actor or tenant, None of all."""

    since_ms: int
    until_ms: int
    actor: str | None = None
    tenant_id: str | None = None

    @property
    def slice_ms(self) -> int:
        """The length of a slice: a 60th of the window, in whole seconds."""
        seconds = -(-(self.until_ms - self.since_ms) // (SLICES * 1000))
        return max(seconds, 1) * 1000

    def starts_ms(self) -> range:
        """When each slice begins."""
        return range(self.since_ms, self.until_ms, self.slice_ms)

    def slices(self, rows: Iterable[dict[str, Any]]) -> tuple[ActivitySlice, ...]:
        """Every slice with its counts, from the rows of those that have some."""
        counts = {row.pop("slice"): row for row in map(dict, rows)}
        return tuple(ActivitySlice(at_ms=at_ms, **counts.get(n, {})) for n, at_ms in enumerate(self.starts_ms()))

    def parameters(self) -> dict[str, Any]:
        """The parameters of the statements."""
        return {
            "since_ms": self.since_ms,
            "until_ms": self.until_ms,
            "slice_ms": self.slice_ms,
            "actor": self.actor,
            "tenant_id": self.tenant_id,
        }
