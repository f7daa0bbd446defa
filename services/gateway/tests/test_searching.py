from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_gateway.clients.views import play_url

from .index_answers import MEDIA_ID, hit_view, hits, moment_view

PATH = "/internal/v1/search"


def _hits(body: dict[str, Any]) -> dict[str, Any]:
    spoken = moment_view("a b")
    meant = moment_view("c", start_ms=100, end_ms=900, word_start_ms=None)
    return hits(hit_view(spoken, meant), query=body["q"], mode=body["mode"], degraded=body["degraded"])


def test_a_query_is_embedded_and_the_hits_get_play_links(client: FlaskClient, index: Any, ai: Any) -> None:
    index.answers[PATH] = _hits
    answer = client.get("/v1/search?q=라벨&limit=5&language=ko").get_json()
    assert ai.asked("/internal/v1/embed") == [{"texts": ["라벨"]}]
    [asked] = index.asked(PATH)
    assert (asked["vector"], asked["generation"], asked["mode"]) == ([0.6, 0.8], "e5", "hybrid")
    assert (asked["tenant_id"], asked["limit"], asked["language"], asked["media_id"]) == ("default", 5, "ko", None)
    urls = [moment["play_url"] for moment in answer["items"][0]["moments"]]
    assert urls == [f"/m/{MEDIA_ID}?t=83.3", f"/m/{MEDIA_ID}?t=0.0"]


def test_without_the_model_search_goes_on_by_words_and_says_so(client: FlaskClient, index: Any, ai: Any) -> None:
    index.answers[PATH] = _hits
    ai.down = True
    answer = client.get("/v1/search?q=label")
    assert answer.status_code == 200
    assert answer.get_json()["degraded"] == ["embedding_unavailable"]
    assert index.asked(PATH)[0]["vector"] is None


def test_a_search_by_words_asks_no_model(client: FlaskClient, index: Any, ai: Any) -> None:
    index.answers[PATH] = _hits
    assert client.get("/v1/search?q=label&mode=words").get_json()["degraded"] == []
    assert ai.seen == []


@pytest.mark.parametrize("address", ["/v1/search", "/v1/search?q=", "/v1/search?q=%20"])
def test_an_empty_query_is_malformed(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    "query",
    [
        "q=a&mode=magic",
        "q=a&limit=0",
        "q=a&limit=101",
        "q=a&limit=x",
        "q=a&q=b",
        "q=a&speaker=S1",
        "q=a%00b",
        f"q={'a' * 1001}",
    ],
)
def test_bad_parameters_are_refused_by_name(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/v1/search?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")


def test_search_with_index_down_is_unavailable(client: FlaskClient, index: Any) -> None:
    client.get("/v1/jobs")
    index.down = True
    answer = client.get("/v1/search?q=a")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")


def test_a_models_absence_that_index_tells_is_passed_on(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = "model-unavailable"
    answer = client.get("/v1/search?q=a&mode=meaning")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "model-unavailable")


@pytest.mark.parametrize(
    ("at_ms", "t"), [(0, "0.0"), (299, "0.0"), (400, "0.1"), (83_599, "83.2"), (3_600_300, "3600.0")]
)
def test_a_play_link_begins_three_tenths_before(at_ms: int, t: str) -> None:
    assert play_url("med_x", at_ms) == f"/m/med_x?t={t}"


def test_every_filter_of_a_search_reaches_index(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = _hits
    given = {"kind": "audio", "tag": "at the pond", "min_duration_ms": 5, "language": "ko", "media_id": MEDIA_ID}
    times = {"after": "1970-01-01T00:00:01Z", "before": "1970-01-01T01:00:02+01:00"}
    answer = client.get("/v1/search", query_string={"q": "a", "mode": "words", **given, **times})
    assert answer.status_code == 200
    [asked] = index.asked(PATH)
    assert {name: asked[name] for name in given} == given
    assert (asked["created_after_ms"], asked["created_before_ms"]) == (1_000, 2_000)
    assert answer.get_json()["facets"] == {"language": {}, "kind": {}}


@pytest.mark.parametrize("wrong", ["kind=photo", "after=yesterday", "before=2026-11-30", "min_duration_ms=-1", "tag="])
def test_a_filter_that_can_not_be_understood_is_refused(client: FlaskClient, index: Any, wrong: str) -> None:
    answer = client.get(f"/v1/search?q=a&{wrong}")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    assert answer.get_json()["errors"][0]["pointer"] == f"?{wrong.partition('=')[0]}"
