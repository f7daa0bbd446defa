"""Answers as the gateway gives them for photos."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from winnow_cli.gateway_client import GatewayClient
from winnow_harness.fixtures.gateway import GatewayTwin

SOURCE = {
    "title": "Sorting guide",
    "publisher": "Ministry",
    "url": "https://example.invalid/guide",
    "date": "2025-01-01",
    "checked": "2026-11-01",
}

View = dict[str, Any]
MakeView = Callable[..., View]


@pytest.fixture
def make_view() -> MakeView:
    """A ready photo's view: sure of a category, or with ``sure=False`` only leaning to it."""

    def make(category: str = "plastic", item: str = "pet_bottle", confidence: float = 0.93, sure: bool = True) -> View:
        rule = {
            "id": "kr/pet_bottle",
            "region": "kr",
            "level": "item",
            "fallback": False,
            "title": "PET bottles",
            "bin": "The bag for clear PET bottles",
            "caution": "Coloured bottles go elsewhere.",
            "source": SOURCE,
        }
        guidance = {"steps": [{"rule_step": "empty", "text": "Empty it."}], "guided_by": "rule"}
        found = {
            "category": category,
            "item": item,
            "state": "unknown",
            "confidence": confidence,
            "alternatives": [{"category": "glass", "item": "", "confidence": 0.05}],
            "rule": rule if sure else None,
            "guidance": guidance if sure else None,
        }
        better = None if sure else {"code": "label", "text": "Take a photo of the label."}
        return {
            "id": "med_1",
            "status": "ready",
            "error": None,
            "classification": {
                "items": [found],
                "abstained": not sure,
                "nothing": None,
                "better_photo": better,
                "model": "winnow-waste-1",
                "threshold": 0.6,
                "cached": False,
                "warnings": [],
            },
        }

    return make


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
def client(twin: GatewayTwin) -> GatewayClient:
    return GatewayClient(twin.url, "key")
