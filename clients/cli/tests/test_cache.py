"""``winnow cache``, against a twin of the gateway."""

import json
from collections.abc import Callable
from typing import Any

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
KEPT = {
    "counted_at": "2026-01-03T00:10:00.000Z",
    "answers": 1200,
    "size_bytes": 3 << 20,
    "oldest_at": "2026-01-01T09:00:00.000Z",
    "limit_bytes": 2 << 30,
}
HITS = {"day": "2026-01-03", "use": "vision", "model": "eye-1", "hits": 3, "paid": 1, "saved_usd": 0.006}
UNPRICED = {**HITS, "use": "speech", "model": "ear-1", "hits": 0, "paid": 2000, "saved_usd": None}
USE: dict[str, Any] = {
    "first_day": "2026-01-01",
    "last_day": "2026-01-03",
    "items": [UNPRICED, HITS],
    "kept": KEPT,
}


def lines(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines()]


def test_what_is_kept_and_what_it_spared_are_told_by_day_use_and_model(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/response-cache?days=3"] = (200, USE)
    code, out, _ = winnow("cache", "--days", "3")
    assert code == 0
    assert lines(out) == [
        "1,200 answers, 3.1 MB of 2.1 GB, the oldest of 2026-01-01T09:00:00.000Z; counted 2026-01-03T00:10:00.000Z.",
        "DAY USE MODEL FROM CACHE PAID SHARE SAVED",
        "2026-01-03 speech ear-1 0 2,000 0% no price",
        "2026-01-03 vision eye-1 3 1 75% $0.0060",
    ]
    assert json.loads(winnow("cache", "--days", "3", "--json")[1]) == USE


def test_a_cache_that_was_never_counted_and_days_without_calls_are_said_in_words(
    twin: GatewayTwin, winnow: Winnow
) -> None:
    twin.answers["GET /v1/ops/response-cache?days=30"] = (200, {**USE, "items": [], "kept": None})
    assert lines(winnow("cache")[1]) == [
        "What the cache holds was not counted yet: ./winnow schedules run response-cache does.",
        "No AI call is known from 2026-01-01 to 2026-01-03.",
    ]
