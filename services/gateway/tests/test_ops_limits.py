"""Operators see the limits of AI calls; admins set them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

LIMITS = "/internal/v1/limits"
ITEM: dict[str, Any] = {
    "name": "speech.at_once",
    "tenant_id": "",
    "value": 4,
    "setting": 16,
    "set_by": "k",
    "set_at": "2026-11-21T04:00:00.000Z",
    "used": 3,
    "waiting": 9,
}


def test_limits_and_their_minutes_are_shown_as_index_tells(operator: FlaskClient, index: Any) -> None:
    index.answers[f"GET {LIMITS}"] = {"items": [ITEM]}
    assert operator.get("/v1/ops/limits").get_json() == {"items": [ITEM]}
    minute = {
        "at": "2026-11-21T04:00:00.000Z",
        "api": "speech",
        "tenant_id": "t",
        "used": 1,
        "waiting": 2,
        "refused": 0,
    }
    index.answers[f"GET {LIMITS}/log"] = {"items": [minute]}
    assert operator.get("/v1/ops/limits/log?minutes=5").get_json() == {"items": [minute]}
    assert index.asked(f"{LIMITS}/log") == [{"minutes": "5"}]


def test_a_limit_is_set_and_reset_by_whose_key_it_was(operator: FlaskClient, index: Any) -> None:
    index.answers[f"{LIMITS}/speech.at_once"] = {"items": [ITEM]}
    who = index.answers["/internal/v1/keys"]["keys"][0]["key_id"]
    assert operator.put("/v1/ops/limits/speech.at_once", json={"value": 4}).get_json() == {"items": [ITEM]}
    operator.put("/v1/ops/limits/speech.at_once", json={"value": 1, "tenant_id": "acme"})
    assert operator.delete("/v1/ops/limits/speech.at_once?tenant_id=acme").status_code == 200
    assert index.asked(f"{LIMITS}/speech.at_once") == [
        {"value": 4, "who": who, "tenant_id": ""},
        {"value": 1, "who": who, "tenant_id": "acme"},
        {"who": who, "tenant_id": "acme"},
    ]


@pytest.mark.parametrize(
    ("name", "wanted", "pointer"),
    [
        ("speech.at_once", {"value": 0}, "#/value"),
        ("speech.at_once", {"value": True}, "#/value"),
        ("speech.at_once", {"value": 10_001}, "#/value"),
        ("speech.at_once", {}, "#/value"),
        ("speech.at_once", {"value": 1, "colour": "red"}, "#/colour"),
        ("speech.per_minute", {"value": 1, "tenant_id": "acme"}, "#/tenant_id"),
        ("speech.at_once", 4, "#"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_with_where(
    operator: FlaskClient, name: str, wanted: Any, pointer: str
) -> None:
    answer = operator.put(f"/v1/ops/limits/{name}", json=wanted)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [pointer]


def test_an_unknown_limit_is_not_found(operator: FlaskClient, index: Any) -> None:
    assert operator.put("/v1/ops/limits/speech.colour", json={"value": 1}).status_code == 404
    assert {path for path, _ in index.seen} == {"/internal/v1/keys"}
