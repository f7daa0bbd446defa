"""``winnow usage`` and ``winnow tenants``, against a twin of the gateway."""

import argparse
import json
from collections.abc import Callable
from typing import Any

import pytest

from winnow_cli.commands.tenants import read_size
from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
FREE: dict[str, Any] = {
    "tenant_id": "default",
    "stored_bytes": 1_500_000,
    "quota_bytes": None,
    "quota_set_by": None,
    "quota_set_at": None,
    "recordings": 1,
    "photos": 2,
    "month": "2026-11",
    "requests": 1234,
    "spent_usd": 0.25,
    "budget_usd": 0.0,
}
LIMITED = {**FREE, "tenant_id": "acme", "quota_bytes": 3_000_000, "quota_set_by": "k", "budget_usd": 2.0}


def test_usage_says_what_is_stored_and_spent(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/usage"] = (200, FREE)
    code, out, _ = winnow("usage")
    told = [
        "default: 1 recording, 2 photos",
        "Stored: 1.5 MB; there is no quota",
        "Requests in 2026-11: 1,234",
        "AI calls in 2026-11: $0.2500",
    ]
    assert (code, out.splitlines()) == (0, told)
    twin.answers["GET /v1/usage"] = (200, LIMITED)
    assert winnow("usage")[1].splitlines()[1:] == [
        f"Stored: 1.5 MB of 3.0 MB  {'█' * 15}",
        "Requests in 2026-11: 1,234",
        "AI calls in 2026-11: $0.2500, a day up to $2.00",
    ]
    assert json.loads(winnow("usage", "--json")[1]) == LIMITED


def test_tenants_are_a_table(twin: GatewayTwin, winnow: Winnow) -> None:
    over = {**LIMITED, "stored_bytes": 9_000_000}
    twin.answers["GET /v1/ops/tenants"] = (200, {"items": [over, FREE]})
    _, first, second = winnow("tenants")[1].splitlines()
    assert first.split() == ["acme", "9.0", "MB", "3.0", "MB", "█" * 12, "1", "2", "1,234", "0.2500"]
    assert second.split() == ["default", "1.5", "MB", "-", "1", "2", "1,234", "0.2500"]


def test_a_quota_is_set_and_lifted(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["PUT /v1/ops/tenants/quota"] = (200, LIMITED)
    twin.answers["DELETE /v1/ops/tenants/quota?tenant_id=a+b"] = (200, FREE)
    assert "1.5 MB of 3.0 MB" in winnow("tenants", "quota", "acme", "3MB")[1]
    assert json.loads(twin.bodies[-1]) == {"tenant_id": "acme", "quota_bytes": 3_000_000}
    code, out, _ = winnow("tenants", "lift", "a b", "--json")
    assert (code, json.loads(out)) == (0, FREE)
    assert winnow("tenants", "quota", "acme", "much")[0] == 2


@pytest.mark.parametrize(
    ("text", "count_bytes"), [("0", 0), ("12", 12), ("7kB", 7_000), ("2GB", 2 * 10**9), ("1 TB", 10**12)]
)
def test_sizes_are_read_in_powers_of_a_thousand(text: str, count_bytes: int) -> None:
    assert read_size(text) == count_bytes


@pytest.mark.parametrize("text", ["", "-1", "1.5GB", "GB", "1PB", "1k"])
def test_other_texts_are_no_size(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="such as 500MB"):
        read_size(text)
