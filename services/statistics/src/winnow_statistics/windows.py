"""A window of time, cut into slices, and whose tasks in it are meant."""

from dataclasses import dataclass
from typing import Any

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

    def parameters(self) -> dict[str, Any]:
        """The parameters of the statements."""
        return {
            "since_ms": self.since_ms,
            "until_ms": self.until_ms,
            "slice_ms": self.slice_ms,
            "actor": self.actor,
            "tenant_id": self.tenant_id,
        }
