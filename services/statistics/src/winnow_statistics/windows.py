"""A window of time, cut into slices, and whose tasks in it are meant."""

from dataclasses import dataclass
from typing import Any

SLICES = 60
_HOUR_MS = 3_600_000


@dataclass(frozen=True, kw_only=True)
class Window:
    """From ``since_ms`` up to, not including, ``until_ms`` (Unix milliseconds); of one actor or tenant, None of all."""

    since_ms: int
    until_ms: int
    actor: str | None = None
    tenant_id: str | None = None

    @property
    def slice_ms(self) -> int:
        """The length of a slice: a 60th of the window, in whole seconds; of more than 59 hours in whole hours.

        Those begin on the hour, so that no slice cuts an hour that is summed.
        """
        length_ms = self.until_ms - self.since_ms
        if length_ms <= (SLICES - 1) * _HOUR_MS:
            return max(-(-length_ms // (SLICES * 1000)), 1) * 1000
        return -(-length_ms // ((SLICES - 1) * _HOUR_MS)) * _HOUR_MS

    @property
    def first_ms(self) -> int:
        """When the first slice begins: at the window's beginning, or with its hour."""
        return self.since_ms if self.slice_ms < _HOUR_MS else self.since_ms // _HOUR_MS * _HOUR_MS

    def starts_ms(self) -> range:
        """When each slice begins."""
        return range(self.first_ms, self.until_ms, self.slice_ms)

    def parameters(self) -> dict[str, Any]:
        """The parameters of the statements."""
        return {
            "since_ms": self.since_ms,
            "until_ms": self.until_ms,
            "first_ms": self.first_ms,
            "slice_ms": self.slice_ms,
            "actor": self.actor,
            "tenant_id": self.tenant_id,
        }
