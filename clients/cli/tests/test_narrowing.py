"""Filters of a search and facets of a list, on the command line."""

import json

from winnow_harness.fixtures.gateway import GatewayTwin

from .conftest import Winnow

FOUND = {"query": "a", "mode": "hybrid", "degraded": [], "items": []}


def test_a_search_sends_its_filters(twin: GatewayTwin, winnow: Winnow) -> None:
    path = "GET /v1/search?q=a%20b&kind=audio&language=ko&tag=x%20y&after=2026-11-30T00%3A00%3A00Z&limit=10"
    twin.answers[f"{path}&min_duration_ms=1500"] = (200, FOUND)
    words = ("--kind", "audio", "--language", "ko", "--tag", "x y", "--after", "2026-11-30T00:00:00Z")
    code, out, err = winnow("search", "a", "b", *words, "--min-seconds", "1.5", "--json")
    assert (code, json.loads(out), err) == (1, FOUND, "")


def test_a_list_shows_how_many_there_are_of_each(twin: GatewayTwin, winnow: Winnow) -> None:
    counted = {"kind": {"recording": 9_999, "photo": 1}, "language": {}, "tag": {"책": 2}, "status": {"ready": 10_000}}
    answer = {"items": [], "facets": counted, "total": {"value": 10_000, "relation": "gte"}}
    twin.answers["GET /v1/media?limit=20&facets=kind%2Clanguage%2Ctag%2Cstatus"] = (200, answer)
    code, out, _ = winnow("list", "--facets")
    assert code == 0
    assert out.splitlines() == [
        "There are none.",
        "at least 10000 in all",
        "  kind      recording 9999, photo 1",
        "  tag       책 2",
        "  status    ready 10000",
    ]
