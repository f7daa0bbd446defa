"""The gateway's twin."""

from collections.abc import Iterator

import pytest

from winnow_client import Client
from winnow_harness.fixtures.gateway import GatewayTwin


@pytest.fixture
def twin() -> Iterator[GatewayTwin]:
    twin = GatewayTwin({})
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def client(twin: GatewayTwin) -> Client:
    return Client(twin.url, "key")
