"""The operations on webhooks and their deliveries, with the schemas of their answers. The gateway finds this module by
its entry point.
"""

from winnow_base.http.long_requests import LongRequests
from winnow_gateway.api.serving import FileServing
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Operation
from winnow_gateway.settings import GatewaySettings
from winnow_notices import deliveries, schemas, webhooks

SCHEMAS = schemas.SCHEMAS


def operations(
    settings: GatewaySettings, parts: Dependencies, long: LongRequests, serving: FileServing
) -> tuple[Operation, ...]:
    """Every operation on webhooks and their deliveries."""
    return (*webhooks.operations(parts.index), *deliveries.operations(parts.index))
