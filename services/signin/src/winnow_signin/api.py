"""The operations of sessions and accounts, and their schemas. The gateway finds this module by its entry point."""

from winnow_gateway.api.serving import FileServing
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Operation
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_signin import account_api, ops_accounts, session_api
from winnow_signin.schemas import SCHEMAS as SCHEMAS
from winnow_signin.signing_in import SigningIn


def operations(
    settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies, serving: FileServing
) -> tuple[Operation, ...]:
    """Every operation of sessions and accounts."""
    signing_in = SigningIn(parts.index, settings)
    return (
        *session_api.operations(parts, signing_in),
        *account_api.operations(parts, signing_in),
        *ops_accounts.operations(parts),
    )
