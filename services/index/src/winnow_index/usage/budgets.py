"""Budgets: how much each tenant may spend on AI calls per day."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from winnow_contracts.errors import Misconfigured


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """Limits in US dollars per day (UTC): one for all tenants, and own limits of some. 0 means no limit."""

    usd_per_day: float = 0.0
    by_tenant: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def limit_usd(self, tenant_id: str) -> float:
        """The tenant's limit in US dollars per day, 0 if there is none."""
        return self.by_tenant.get(tenant_id, self.usd_per_day)


UNLIMITED = Budgets()


def read_budgets(usd_per_day: float, by_tenant: str, name: str) -> Budgets:
    """Budgets; ``by_tenant`` is JSON like ``{"acme": 2.5}``. Raises Misconfigured that names the variable ``name``."""
    try:
        given = json.loads(by_tenant or "{}")
        limits = {str(tenant): _limit(usd) for tenant, usd in given.items()}
    except (ValueError, AttributeError) as error:
        raise Misconfigured(
            f'{name} must be a JSON object of tenants and US dollars a day, such as {{"acme": 2.5}}',
            hint="Set it to such an object, or not at all.",
        ) from error
    return Budgets(usd_per_day=usd_per_day, by_tenant=MappingProxyType(limits))


def _limit(usd: object) -> float:
    if isinstance(usd, bool) or not isinstance(usd, (int, float)) or not math.isfinite(usd) or usd < 0:
        raise ValueError(f"{usd!r} is no amount")
    return float(usd)
