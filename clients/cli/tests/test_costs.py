"""``winnow costs``, against a twin of the gateway."""

import json
from collections.abc import Callable
from typing import Any

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
DAYS: dict[str, Any] = {
    "first_day": "2026-01-01",
    "last_day": "2026-01-03",
    "items": [
        {"day": "2026-01-01", "tenant_id": "a", "spent_usd": 0.5},
        {"day": "2026-01-03", "tenant_id": "a", "spent_usd": 0.25},
        {"day": "2026-01-03", "tenant_id": "b", "spent_usd": 1.0},
    ],
}
MODEL = {
    "model": "eye-1",
    "use": "vision",
    "calls": 2,
    "cached": 1,
    "tokens_in": 5000,
    "tokens_out": 7,
    "audio_seconds": 0,
    "cost_usd": None,
}
DAY = {"day": "2026-01-03", "spent_usd": 1.0, "limit_usd": 0, "by_model": [MODEL]}


def lines(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines()]


def test_days_and_tenants_are_drawn_with_what_they_spent(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/spending/days?days=3"] = (200, DAYS)
    code, out, _ = winnow("costs", "--days", "3")
    assert code == 0
    assert lines(out) == [
        "From 2026-01-01 to 2026-01-03: $1.7500, today $1.2500",
        "",
        "DAY SPENT",
        f"2026-01-01 $0.5000 {'█' * 12}",
        f"2026-01-03 $1.2500 {'█' * 30}",
        "",
        "TENANT SPENT",
        f"b $1.0000 {'█' * 30}",
        f"a $0.7500 {'█' * 22}",
    ]
    assert json.loads(winnow("costs", "--days", "3", "--json")[1]) == DAYS


def test_a_tenants_day_is_shown_by_model(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/spending?tenant_id=b&day=2026-01-03"] = (200, DAY)
    words = ("costs", "--tenant", "b", "--day", "2026-01-03")
    said = lines(winnow(*words)[1])
    assert said[0] == "2026-01-03: $1.0000 of no limit"
    assert said[-1] == "eye-1 vision 2 1 5,000 7 0 no price"
    assert json.loads(winnow(*words, "--json")[1]) == DAY


def test_a_day_without_calls_says_so(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/spending?tenant_id=b"] = (200, {**DAY, "limit_usd": 5, "by_model": []})
    assert winnow("costs", "--tenant", "b")[1].splitlines() == [
        "2026-01-03: $1.0000 of $5.00",
        "No AI call is known of that day.",
    ]
