"""The gateway's twin."""

from collections.abc import Iterator

import pytest

from winnow_cli.gateway_client import GatewayClient
from winnow_harness.fixtures.gateway import GatewayTwin


@pytest.fixture
def twin() -> Iterator[GatewayTwin]:
    twin = GatewayTwin({})
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def client(twin: GatewayTwin) -> GatewayClient:
    return GatewayClient(twin.url, "key")
