"""Filters of the lists of media and photos."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from .index_answers import media_view
from .sounds import wav

MEDIA, PHOTOS = "/internal/v1/media", "/internal/v1/photos"


def test_every_filter_reaches_index_and_the_next_page_has_them_too(client: FlaskClient, index: Any) -> None:
    index.answers[MEDIA] = {"items": [media_view()], "next_cursor": "more"}
    given = {
        "kind": "recording",
        "status": "ready",
        "language": "en",
        "tag": "at the pond",
        "q_title": "blue & grey",
        "created_after": "1970-01-01T00:00:01Z",
        "created_before": "1970-01-01T01:00:02+01:00",
        "min_duration_ms": 5,
        "max_duration_ms": 60_000,
    }
    first = client.get("/v1/media", query_string=given)
    link = first.headers["Link"].partition(">")[0].removeprefix("<")
    assert client.get(link).status_code == 200
    wanted = {name: str(given[name]) for name in ("kind", "status", "language", "tag")} | {
        "title": "blue & grey",
        "created_after_ms": "1000",
        "created_before_ms": "2000",
        "min_duration_ms": "5",
        "max_duration_ms": "60000",
        "limit": "20",
        "tenant_id": "default",
    }
    assert index.asked(MEDIA) == [wanted, {**wanted, "cursor": "more"}]


def test_photos_are_asked_for_by_category(client: FlaskClient, index: Any) -> None:
    index.answers[PHOTOS] = {"items": [], "next_cursor": None}
    assert client.get("/v1/photos?category=plastic&tag=kitchen").status_code == 200
    assert index.asked(PHOTOS) == [{"category": "plastic", "tag": "kitchen", "limit": "20", "tenant_id": "default"}]


@pytest.mark.parametrize("wrong", ["created_after=noon", "created_before=2026-01-01T00:00:00", "kind=drill", "tag="])
def test_a_filter_that_cannot_be_used_is_named(client: FlaskClient, wrong: str) -> None:
    answer = client.get(f"/v1/media?{wrong}")
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, f"?{wrong.partition('=')[0]}")


def test_what_index_has_not_heard_of_is_in_no_filtered_list(client: FlaskClient, index: Any) -> None:
    """Its tags and length are not known yet."""
    client.post("/v1/media?filename=a.wav", data=wav())
    index.answers |= {MEDIA: {"items": [], "next_cursor": None}, "/internal/v1/jobs/deleted": {"job_ids": []}}
    assert len(client.get("/v1/media").get_json()["items"]) == 1
    assert client.get("/v1/media?tag=pond").get_json()["items"] == []


FACETS = "/internal/v1/facets"
COUNTED = {
    "facets": {
        "kind": {"recording": 3},
        "language": {"en": 2},
        "tag": {},
        "status": {"ready": 3},
        "category": {"metal": 1},
    },
    "total": {"value": 3, "relation": "eq"},
}


def test_facets_are_counted_over_what_the_filters_leave(client: FlaskClient, index: Any) -> None:
    index.answers |= {MEDIA: {"items": [media_view()], "next_cursor": None}, FACETS: COUNTED}
    answer = client.get("/v1/media?facets=kind,tag&q_title=blue&limit=1").get_json()
    assert answer["facets"] == {"kind": {"recording": 3}, "tag": {}}
    assert answer["total"] == {"value": 3, "relation": "eq"}
    assert index.asked(FACETS) == [{"tenant_id": "default", "title": "blue"}]
    index.answers[PHOTOS] = {"items": [], "next_cursor": None}
    answer = client.get("/v1/photos?facets=category&category=metal").get_json()
    assert answer["facets"] == {"category": {"metal": 1}}
    assert index.asked(FACETS)[1] == {"tenant_id": "default", "kind": "photo", "category": "metal"}


def test_a_list_comes_without_facets_where_nobody_asks_or_counts(client: FlaskClient, index: Any) -> None:
    index.answers[MEDIA] = {"items": [media_view()], "next_cursor": None}
    assert "facets" not in client.get("/v1/media").get_json()
    for away in ("unavailable", "not-found"):
        index.answers[FACETS] = away
        answer = client.get("/v1/media?facets=kind")
        assert (answer.status_code, "facets" in answer.get_json()) == (200, False)


@pytest.mark.parametrize("wrong", ["size", "kind,", "kind,category", ""])
def test_facets_that_there_are_not_are_refused(client: FlaskClient, wrong: str) -> None:
    assert client.get(f"/v1/media?facets={wrong}").status_code == 422
