"""The gateway's twin, and a home that knows it."""

from collections.abc import Iterator
from pathlib import Path

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
def home(twin: GatewayTwin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose gateway is the twin."""
    home = tmp_path / "home"
    twin.be_home(home)
    monkeypatch.setenv("WINNOW_HOME", str(home))
    return home


@pytest.fixture
def client(twin: GatewayTwin) -> Client:
    return Client(twin.url, "key")
