"""The tenants that Winnow itself works for."""

from winnow_contracts.errors import BadInput
from winnow_contracts.feeds import FEED_TENANT
from winnow_contracts.webhooks import WEBHOOK_TENANT

DRILL_TENANT = "drill"
"""The tenant of all drills. No user's lists show them."""

RESERVED_TENANTS = frozenset({DRILL_TENANT, WEBHOOK_TENANT, FEED_TENANT})
"""Their jobs are in nobody's lists, count against no share, and go with their history."""


def refuse_reserved(tenant_id: str) -> None:
    """Raises BadInput (``invalid-field``) for a tenant that no key and no account may have."""
    if tenant_id in RESERVED_TENANTS:
        detail = f"The tenant {tenant_id} is Winnow's own."
        raise BadInput(detail, code="invalid-field", hint="Choose another name for the tenant.")
