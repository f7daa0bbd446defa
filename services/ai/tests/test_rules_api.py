"""The rules over the internal API."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from winnow_ai.api.app import create_app
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.rules.book import RuleBook
from winnow_contracts import json_codec
from winnow_contracts.photo import Rule, RuleLevel

TOKEN = {"Authorization": "Bearer service-token"}


@pytest.fixture
def client(endpoint: Endpoint) -> FlaskClient:
    return _client(endpoint, RuleBook())


def _client(endpoint: Endpoint, rules: RuleBook) -> FlaskClient:
    app = create_app(
        embedder=endpoint,
        generation="vectors",
        dimensions=8,
        probe=endpoint.probe,
        rules=rules,
        service_token="service-token",
    )
    return app.test_client()


def test_the_rules_of_a_region_in_a_language(client: FlaskClient) -> None:
    body = client.get("/internal/v1/rules?region=gb-eng&language=ko", headers=TOKEN).get_json()
    assert (body["region"], body["language"], body["problems"]) == ("gb-eng", "ko", [])
    assert body["regions"] == [{"id": "gb-eng", "title": "잉글랜드(영국)"}, {"id": "kr", "title": "대한민국"}]
    rules = [json_codec.from_json(Rule, rule) for rule in body["rules"]]
    assert {rule.version for rule in rules} == {body["version"]}
    assert "gb-eng.battery" in {rule.id for rule in rules}


@pytest.mark.parametrize("query", ["", "?region=&language="])
def test_nothing_named_means_the_default_region_in_its_language(client: FlaskClient, query: str) -> None:
    body = client.get("/internal/v1/rules" + query, headers=TOKEN).get_json()
    assert (body["region"], body["language"]) == ("kr", "ko")
    assert body["regions"][1]["title"] == "대한민국"
    assert client.get("/internal/v1/rules/battery" + query, headers=TOKEN).get_json()["id"] == "kr.battery"


@pytest.mark.parametrize(
    ("path", "rule", "level"),
    [
        ("pet_bottle", "kr.pet_bottle", RuleLevel.ITEM),
        ("toy?category=plastic", "kr.category.plastic", RuleLevel.CATEGORY),
        ("moon", "kr.general", RuleLevel.GENERAL),
    ],
)
def test_the_rule_for_an_item(client: FlaskClient, path: str, rule: str, level: RuleLevel) -> None:
    found = json_codec.from_json(Rule, client.get("/internal/v1/rules/" + path, headers=TOKEN).get_json())
    assert (found.id, found.level, found.fallback) == (rule, level, level is not RuleLevel.ITEM)


@pytest.mark.parametrize("path", ["/internal/v1/rules", "/internal/v1/rules/battery"])
def test_an_unknown_region_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path + "?region=atlantis", headers=TOKEN)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")


def test_an_unknown_category_is_an_invalid_field(client: FlaskClient) -> None:
    answer = client.get("/internal/v1/rules/toy?category=wood", headers=TOKEN)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")


@pytest.mark.parametrize("path", ["/internal/v1/rules", "/internal/v1/rules/battery"])
def test_without_the_service_token_there_are_no_rules(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_a_bad_change_is_told_of(endpoint: Endpoint, tmp_path: Path) -> None:
    now = [0.0]
    client = _client(endpoint, RuleBook(tmp_path, clock=lambda: now[0]))
    (tmp_path / "kr").mkdir()
    now[0] += 60
    (problem,) = client.get("/internal/v1/rules", headers=TOKEN).get_json()["problems"]
    assert "region.json cannot be used" in problem
