"""Decides which jobs leave the usual lanes because their tenant has many open, so that no tenant holds up another."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from winnow_contracts.errors import WinnowError
from winnow_contracts.queues import Priority

_FRESH_SECONDS = 1.0
_AWAY_SECONDS = 10.0
"""Index is asked about a tenant at most this often, and while it does not answer this often about anybody."""


_TOLD_SECONDS = 5.0
"""By then index has heard of an acceptance. It is asked without knowing of later ones."""


@dataclass
class _Tenant:
    open: int = 0
    asked_at: float = float("-inf")
    taken_at: deque[float] = field(default_factory=deque)
    """When the newest jobs were taken; as many as the share has."""


class TenantShare:
    """Counts each tenant's open jobs. What exceeds ``most`` is bulk work, whatever was asked for. Safe for threads.

    ``count(tenant_id, most)`` asks index for the number of open jobs, up to ``most``. It is asked once a tenant's share
    seems to be used up. Until then, what this process accepted is added and what ended is not taken off, so that the
    count errs towards asking. What was accepted in the last seconds is added to index's number, which may lack it.
    While index is away the count stands. With ``most`` 0 there is no share.
    """

    def __init__(
        self,
        count: Callable[[str, int], int] = lambda tenant_id, most: 0,
        most: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._count = count
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._tenants: dict[str, _Tenant] = {}
        self._away_until = float("-inf")

    def priority(self, tenant_id: str, asked: Priority) -> Priority:
        """The priority that the tenant's next job would travel with."""
        return Priority.BULK if self._is_over(tenant_id) else asked

    def take(self, tenant_id: str) -> bool:
        """Count a job that is about to be accepted. Returns whether it is over the tenant's share."""
        if not self._most:
            return False
        over = self._is_over(tenant_id)
        with self._lock:
            tenant = self._tenants[tenant_id]
            tenant.open += 1
            tenant.taken_at.append(self._clock())
            if len(tenant.taken_at) > self._most:
                tenant.taken_at.popleft()
        return over

    def _is_over(self, tenant_id: str) -> bool:
        if not self._most:
            return False
        with self._lock:
            tenant = self._tenants.setdefault(tenant_id, _Tenant())
            now = self._clock()
            if tenant.open < self._most:
                return False
            if now - tenant.asked_at < _FRESH_SECONDS or now < self._away_until:
                return True
            tenant.asked_at = now  # the others go by the present count meanwhile
        try:
            counted = self._count(tenant_id, self._most)
        except WinnowError:
            with self._lock:
                self._away_until = self._clock() + _AWAY_SECONDS
            return True
        with self._lock:
            untold = sum(now - at < _TOLD_SECONDS for at in tenant.taken_at)
            tenant.open = counted + untold
            return tenant.open >= self._most
