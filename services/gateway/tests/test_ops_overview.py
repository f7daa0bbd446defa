"""Operators ask whether all is well, and what AI calls cost."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from .photo_answers import SPENDING

DAYS = {
    "first_day": "2026-11-20",
    "last_day": "2026-11-22",
    "items": [{"day": "2026-11-21", "tenant_id": "a", "spent_usd": 0.5}],
}
WELL: dict[str, Any] = {
    "/internal/v1/findings": {"items": []},
    "/internal/v1/journals": {"items": []},
    "/internal/v1/control": {"cancelled": {}, "paused": {}},
}


def test_all_is_well_where_nothing_wants_a_person(operator: FlaskClient, index: Any) -> None:
    index.answers |= WELL
    answer = operator.get("/v1/ops/overview").get_json()
    assert (answer["well"], answer["concerns"], answer["degraded"]) == (True, [], [])
    assert answer["verdict"].startswith("All is well")


def test_what_wants_a_person_has_its_page_and_command(operator: FlaskClient, index: Any) -> None:
    dead = {"kind": "dead_task", "what": "t", "detail": "It failed.", "count": None}
    index.answers |= {**WELL, "/internal/v1/findings": {"items": [dead]}}
    answer = operator.get("/v1/ops/overview").get_json()
    (concern,) = answer["concerns"]
    assert (answer["well"], concern["trouble"]) == (False, True)
    assert (concern["address"], concern["command"]) == ("/ops/dead", "./winnow dead list")
    assert concern["what"] in answer["verdict"]


def test_the_overview_is_told_while_index_is_away(operator: FlaskClient, index: Any) -> None:
    operator.get("/v1/ops/overview")  # the gateway learns of the key
    index.down = True
    answer = operator.get("/v1/ops/overview")
    assert (answer.status_code, answer.get_json()["degraded"]) == (200, ["index_unavailable"])
    assert "Index does not answer" in answer.get_json()["verdict"]


def test_what_was_spent_is_told_by_day_and_of_any_tenant(operator: FlaskClient, index: Any) -> None:
    index.answers |= {"/internal/v1/spending": SPENDING, "/internal/v1/spending/days": DAYS}
    assert operator.get("/v1/ops/spending/days?days=3").get_json() == DAYS
    assert index.asked("/internal/v1/spending/days") == [{"days": "3"}]
    assert operator.get("/v1/ops/spending?tenant_id=a&day=2026-11-21").get_json() == SPENDING
    assert index.asked("/internal/v1/spending") == [{"tenant_id": "a", "day": "2026-11-21"}]
    assert operator.get("/v1/ops/spending?day=2026-02-30").get_json()["code"] == "invalid-field"


def test_the_use_of_the_response_cache_is_told_as_index_has_it(operator: FlaskClient, index: Any) -> None:
    hit = {"day": "2026-11-22", "use": "vision", "model": "eye-1", "hits": 2, "paid": 1, "saved_usd": None}
    use = {"first_day": "2026-11-22", "last_day": "2026-11-22", "items": [hit], "kept": None}
    index.answers["/internal/v1/response-cache"] = use
    assert operator.get("/v1/ops/response-cache?days=1").get_json() == use
    assert index.asked("/internal/v1/response-cache") == [{"days": "1"}]
    assert operator.get("/v1/ops/response-cache?days=31").get_json()["code"] == "invalid-field"


@pytest.mark.parametrize("address", ["overview", "spending", "spending/days", "response-cache"])
def test_what_concerns_all_tenants_is_not_for_everybody(client: FlaskClient, address: str) -> None:
    assert client.get(f"/v1/ops/{address}").status_code == 403
