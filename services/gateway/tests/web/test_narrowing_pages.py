"""Facets on the library's page, where a search looks, and the way to an export."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from ..index_answers import MEDIA_ID, hits, media_view
from ..photo_answers import photo_view
from ..standin import StandIn
from .conftest import Elements

LIST, FACETS, SEARCH = "/internal/v1/media", "/internal/v1/facets", "/internal/v1/search"


def counted(**facets: dict[str, int]) -> dict[str, Any]:
    every: dict[str, dict[str, int]] = {name: {} for name in ("kind", "language", "tag", "status", "category")}
    return {"facets": {**every, **facets}, "total": {"value": 3, "relation": "eq"}}


def links(page: str) -> dict[str | None, str]:
    """The addresses of the facets with their words."""
    found = [(attributes, texts) for tag, attributes, texts in Elements(page).all if tag == "a"]
    return {one["href"]: " ".join("".join(texts).split()) for one, texts in found if str(one["href"]).endswith("#list")}


@pytest.fixture(autouse=True)
def _listed(index: StandIn) -> None:
    index.answers[LIST] = {"items": [media_view()], "next_cursor": "more"}


def test_facets_are_links_that_narrow_the_list(visitor: FlaskClient, index: StandIn) -> None:
    index.answers[FACETS] = counted(kind={"recording": 3}, language={"en": 2, "ko": 1}, tag={"<b>&": 1})
    found = links(visitor.get("/").text)
    assert found == {
        "/?language=en#list": "English 2",
        "/?language=ko#list": "한국어 1",
        "/?tag=%3Cb%3E%26#list": "#<b>& 1",
    }
    page = visitor.get("/?tag=%3Cb%3E%26").text
    assert index.asked(LIST)[-1]["tag"] == "<b>&"
    assert index.asked(FACETS)[-1]["tag"] == "<b>&"
    assert links(page)["/#list"] == "#<b>& 1", "the chosen one leads back"
    assert 'href="/?tag=%3Cb%3E%26&amp;cursor=more"' in page


def test_nothing_of_a_facet_says_so(visitor: FlaskClient, index: StandIn) -> None:
    index.answers |= {LIST: {"items": [], "next_cursor": None}, FACETS: counted()}
    page = visitor.get("/?language=ko").text
    assert "Nothing is like that." in page
    assert links(page)["/#list"] in ("한국어 0", "Show all")
    assert visitor.get("/?kind=film").status_code == 422


def test_the_list_is_shown_where_nobody_counts(visitor: FlaskClient, index: StandIn) -> None:
    index.answers[FACETS] = "unavailable"
    page = visitor.get("/")
    assert (page.status_code, links(page.text)) == (200, {})
    assert "talk" in page.text


def test_facets_narrow_the_page_of_photos_in_the_visitors_language(visitor: FlaskClient, index: StandIn) -> None:
    photos = "/internal/v1/photos"
    index.answers |= {photos: {"items": [photo_view()], "next_cursor": "more"}}
    index.answers[FACETS] = counted(category={"plastic": 2, "metal": 1}, tag={"kitchen": 1}, status={"ready": 3})
    korean = {"Accept-Language": "ko"}
    assert links(visitor.get("/photos", headers=korean).text) == {
        "/photos?category=plastic#list": "플라스틱 2",
        "/photos?category=metal#list": "금속 1",
        "/photos?tag=kitchen#list": "#kitchen 1",
    }
    page = visitor.get("/photos?category=metal").text
    assert (index.asked(photos)[-1]["category"], index.asked(FACETS)[-1]["category"]) == ("metal", "metal")
    assert index.asked(FACETS)[-1]["kind"] == "photo"
    assert links(page)["/photos#list"] == "Metal 1", "the chosen one leads back"
    assert 'href="/photos?category=metal&amp;cursor=more"' in page
    assert visitor.get("/photos?category=wood").status_code == 422


def test_photos_are_shown_where_nobody_counts_them(visitor: FlaskClient, index: StandIn) -> None:
    index.answers |= {"/internal/v1/photos": {"items": [photo_view()], "next_cursor": None}, FACETS: "unavailable"}
    page = visitor.get("/photos")
    assert (page.status_code, links(page.text)) == (200, {})
    assert f"/p/{MEDIA_ID}" in page.text


def test_a_search_looks_where_its_form_says(visitor: FlaskClient, index: StandIn) -> None:
    index.answers[SEARCH] = hits(mode="words")
    given = {"kind": "audio", "language": "ko", "tag": "a & b", "after": "1970-01-02", "before": "1970-01-03"}
    query = {"q": "라벨", "mode": "words", **given, "min_minutes": "1.5"}
    page = visitor.get("/search", query_string=query).text
    [asked] = index.asked(SEARCH)
    assert {name: asked[name] for name in ("kind", "language", "tag")} == {
        name: given[name] for name in ("kind", "language", "tag")
    }
    day = 86_400_000
    times = (asked["created_after_ms"], asked["created_before_ms"], asked["min_duration_ms"])
    assert times == (day, 2 * day, 90_000)
    fields = {one["name"]: one.get("value") for one in Elements(page).with_attribute("name")}
    assert (fields["tag"], fields["after"], fields["min_minutes"]) == ("a & b", "1970-01-02", "1.5")
    assert "tag=a+%26+b&amp;after=1970-01-02&amp;before=1970-01-03&amp;min_minutes=1.5&amp;mode=meaning" in page


@pytest.mark.parametrize("wrong", ["after=soon", "min_minutes=x", "min_minutes=-1", "min_minutes=nan", "kind=photo"])
def test_a_form_that_can_not_be_understood_keeps_what_was_typed(
    visitor: FlaskClient, index: StandIn, wrong: str
) -> None:
    page = visitor.get(f"/search?q=label&{wrong}")
    assert page.status_code == 422
    assert 'value="label"' in page.text
    assert not index.asked(SEARCH)


def test_a_recording_that_is_ready_leads_to_its_export(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf()
    page = visitor.get(f"/m/{MEDIA_ID}").text
    assert f'href="/v1/media/{MEDIA_ID}/export"' in page
    assert f'href="/v1/media/{MEDIA_ID}/export?original=false"' in page
    shelf(status="processing")
    assert "/export" not in visitor.get(f"/m/{MEDIA_ID}").text
