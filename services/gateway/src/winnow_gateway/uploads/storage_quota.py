"""Refuses files that would take a tenant above the bytes that it may store."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from winnow_contracts.errors import Refused, WinnowError
from winnow_contracts.index_api.tenants import StorageView

_FRESH_SECONDS = 1.0
_AWAY_SECONDS = 10.0
"""Index is asked about a tenant at most this often, and while it does not answer this often about anybody."""
_TOLD_SECONDS = 5.0
"""By then index has heard of an acceptance."""
_NO_QUOTA = StorageView(stored_bytes=0, quota_bytes=None)


@dataclass
class _Tenant:
    told: StorageView = _NO_QUOTA
    asked_at: float = float("-inf")
    taken: list[tuple[float, int, int]] = field(default_factory=list)
    """Of each file that index may not have heard of: when it was taken, its bytes, and what index had told by then."""

    @property
    def stored_bytes(self) -> int:
        # What index tells now may have some of these files, or none.
        before = self.taken[0][2] if self.taken else 0
        return max(self.told.stored_bytes, before + sum(size_bytes for _, size_bytes, _ in self.taken))


class StorageQuotas:
    """Knows what each tenant stores and may store. Safe for threads.

    ``read(tenant_id)`` asks index, at most once a second. What this process took in the five seconds before index last
    answered is added, unless index's number has it. While index is away, what it told last counts with all that was
    taken since; a tenant that it told nothing of has no quota until it answers.
    """

    def __init__(
        self,
        read: Callable[[str], StorageView] = lambda tenant_id: _NO_QUOTA,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read, self._clock = read, clock
        self._lock = threading.Lock()
        self._tenants: dict[str, _Tenant] = {}
        self._away_until = float("-inf")

    def refuse_over(self, tenant_id: str, size_bytes: int) -> None:
        """Raises Refused (``quota-exceeded``) if a file of this size does not fit."""
        self._refresh(tenant_id)
        with self._lock:
            self._refuse_over(tenant_id, size_bytes)

    def take(self, tenant_id: str, size_bytes: int) -> None:
        """Count a file that is about to be accepted. Raises Refused (``quota-exceeded``) if it does not fit."""
        self._refresh(tenant_id)
        with self._lock:
            self._refuse_over(tenant_id, size_bytes)
            tenant = self._tenants[tenant_id]
            if tenant.told.quota_bytes is not None:
                tenant.taken.append((self._clock(), size_bytes, tenant.told.stored_bytes))

    def _refuse_over(self, tenant_id: str, size_bytes: int) -> None:
        tenant = self._tenants[tenant_id]
        stored_bytes, quota_bytes = tenant.stored_bytes, tenant.told.quota_bytes
        if quota_bytes is not None and stored_bytes + size_bytes > quota_bytes:
            raise Refused(
                f"The account stores {stored_bytes} of the {quota_bytes} bytes that it may; this file does not fit.",
                code="quota-exceeded",
                hint="Delete what is no longer needed, or ask an operator for a higher quota.",
            )

    def _refresh(self, tenant_id: str) -> None:
        with self._lock:
            tenant, now = self._tenants.setdefault(tenant_id, _Tenant()), self._clock()
            if now - tenant.asked_at < _FRESH_SECONDS or now < self._away_until:
                return
            tenant.asked_at = now  # the others go by what is known meanwhile
        try:
            told = self._read(tenant_id)
        except WinnowError:
            with self._lock:
                self._away_until = self._clock() + _AWAY_SECONDS
            return
        with self._lock:
            tenant.told = told
            tenant.taken = [one for one in tenant.taken if now - one[0] < _TOLD_SECONDS]
