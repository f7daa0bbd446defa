"""The operations under /v1/ops, and the schemas of their answers. The gateway finds this module by its entry point."""

from winnow_gateway.api.serving import FileServing
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Operation
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
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
    settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies, serving: FileServing
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
