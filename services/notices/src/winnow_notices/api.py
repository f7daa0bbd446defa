"""The operations that tell an account's programs of its jobs: events, webhooks and deliveries, with their schemas.

The gateway finds this module by its entry point.
"""

from winnow_gateway.api.serving import FileServing
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Operation
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_notices import account_events, deliveries, schemas, webhooks
from winnow_notices.followed_accounts import FollowedAccounts

SCHEMAS = schemas.SCHEMAS


def operations(
    settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies, serving: FileServing
) -> tuple[Operation, ...]:
    """Every operation on events, webhooks and their deliveries."""
    accounts = FollowedAccounts(parts.index, parts.board)
    return (
        *account_events.operations(accounts, parts.board, serving.open_answers),
        *webhooks.operations(parts.index),
        *deliveries.operations(parts.index),
    )
