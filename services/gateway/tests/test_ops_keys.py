"""Admins create, list and revoke keys; a secret is in the answer that creates it and nowhere else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.envelope import now_ms

KEYS = "/internal/v1/keys"


def kept(**changes: Any) -> dict[str, Any]:
    """A key as index shows it."""
    entry = {
        "key_id": "k1",
        "secret_sha256": "ab" * 32,
        "tenant_id": "default",
        "scopes": ["read"],
        "name": "a phone",
        "revoked": False,
        "created_ms": 1_000,
    }
    return {**entry, **changes}


@pytest.fixture
def creating(index: Any) -> Any:
    """Index keeps what it is asked to keep."""
    index.answers[f"POST {KEYS}"] = lambda body: kept(
        **{name: value for name, value in body.items() if name not in ("who", "expires_ms")},
        expires_ms=body["expires_ms"],
    )
    return index


def test_a_new_key_is_shown_once_and_index_gets_its_hash_alone(operator: FlaskClient, creating: Any) -> None:
    answer = operator.post("/v1/ops/keys", json={"name": " a phone ", "scopes": ["write", "read"]})
    assert answer.status_code == 201
    shown = answer.get_json()
    key = api_keys.parse(shown["key"])
    assert key is not None
    assert (shown["key_id"], shown["name"], shown["state"]) == (key.key_id, "a phone", "good")
    (asked,) = (body for body in creating.asked(KEYS) if body)
    assert key.secret not in str(asked)
    assert asked["secret_sha256"] == api_keys.secret_hash(key.secret)
    assert (asked["tenant_id"], asked["scopes"], asked["expires_ms"]) == ("default", ["read", "write"], None)
    assert "secret_sha256" not in shown


def test_a_key_may_be_anothers_and_may_end(operator: FlaskClient, creating: Any) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    wanted = {"name": "n", "scopes": ["ops:read"], "tenant_id": "acme", "expires_at": ends.isoformat()}
    shown = operator.post("/v1/ops/keys", json=wanted).get_json()
    assert shown["tenant_id"] == "acme"
    assert datetime.fromisoformat(shown["expires_at"]) == ends


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"scopes": ["read"]}, "#/name"),
        ({"name": "n" * 201, "scopes": ["read"]}, "#/name"),
        ({"name": "n", "scopes": []}, "#/scopes"),
        ({"name": "n", "scopes": ["root"]}, "#/scopes"),
        ({"name": "n", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "#/expires_at"),
        ({"name": "n", "scopes": ["read"], "expires_at": "2920-01-01T00:00:00"}, "#/expires_at"),
        ({"name": "n", "scopes": ["read"], "colour": "red"}, "#/colour"),
        ([], "#"),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_where(
    operator: FlaskClient, creating: Any, wanted: Any, pointer: str
) -> None:
    answer = operator.post("/v1/ops/keys", json=wanted)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [pointer]


def test_keys_are_listed_newest_first_without_hashes(operator: FlaskClient, index: Any) -> None:
    mine = index.answers[KEYS]["keys"]
    index.answers[KEYS] = {
        "keys": [
            *mine,
            kept(key_id="gone", created_ms=3_000, revoked=True, revoked_ms=4_000),
            kept(key_id="old", created_ms=2_000, expires_ms=now_ms() - 1, used_ms=2_500),
        ]
    }
    answer = operator.get("/v1/ops/keys")
    assert "sha256" not in answer.text
    items = answer.get_json()["items"]
    assert [(one["key_id"], one["state"]) for one in items[:2]] == [("gone", "revoked"), ("old", "expired")]
    assert items[0]["revoked_at"] == "1970-01-01T00:00:04.000Z"
    assert (items[1]["last_used_at"], items[0]["last_used_at"]) == ("1970-01-01T00:00:02.500Z", None)


def test_a_revocation_says_who_asked(operator: FlaskClient, index: Any) -> None:
    index.answers[f"{KEYS}/k1/revoke"] = kept(revoked=True, revoked_ms=5_000)
    assert operator.post("/v1/ops/keys/k1/revoke").get_json()["state"] == "revoked"
    (asked,) = index.asked(f"{KEYS}/k1/revoke")
    assert asked["who"] == index.answers[KEYS]["keys"][0]["key_id"]
    assert operator.post("/v1/ops/keys/k-2/revoke").status_code == 404
