"""The operations under /v1/ops, and the schemas of their answers. The gateway finds this module by its entry point."""

from winnow_base.http.long_requests import LongRequests
from winnow_gateway.api.serving import FileServing
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Operation
from winnow_gateway.settings import GatewaySettings
from winnow_ops import (
    audit,
    bulk,
    dead,
    history,
    keys,
    lanes,
    limits,
    overview,
    reports,
    resend,
    response_cache,
    schedules,
    schemas,
    spending,
    statistics,
    tasks,
    tenants,
    workers,
)

SCHEMAS = {**schemas.SCHEMAS, "ResponseCache": response_cache.SCHEMA}


def operations(
    settings: GatewaySettings, parts: Dependencies, long: LongRequests, serving: FileServing
) -> tuple[Operation, ...]:
    """Every operation of operators but the drills, which begin jobs and are the gateway's own."""
    rooms = (
        overview,
        audit,
        bulk,
        dead,
        keys,
        limits,
        lanes,
        history,
        workers,
        resend,
        schedules,
        tasks,
        reports,
        spending,
        response_cache,
        statistics,
        tenants,
    )
    return tuple(operation for room in rooms for operation in room.operations(parts))
