"""What an account stores and spends, and what operators see of all and change."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from ..index_answers import usage_view
from ..standin import StandIn
from . import command_line
from .conftest import CSRF, Elements

TENANTS = "/internal/v1/tenants"
NASTY = "<script>alert(1)</script> {{7*7}}"


def press(admin: FlaskClient, action: str, **fields: str) -> int:
    found = CSRF.search(admin.get("/ops/tenants").text)
    assert found
    return admin.post(f"/ops/tenants/{action}", data={"csrf": found[1], **fields}).status_code


@pytest.fixture
def admin(sign_in_with: Callable[..., FlaskClient], index: StandIn) -> FlaskClient:
    index.answers[TENANTS] = {"items": [usage_view(), usage_view(tenant_id=NASTY, quota_bytes=100)]}
    index.answers[f"{TENANTS}/quota"] = usage_view(quota_bytes=100)
    return sign_in_with("admin")


def test_an_account_sees_its_usage_with_a_bar_where_it_has_a_quota(visitor: FlaskClient, index: StandIn) -> None:
    index.answers[f"{TENANTS}/usage"] = usage_view()
    page = visitor.get("/usage").text
    assert "no limit" in page
    assert "<progress" not in page
    index.answers[f"{TENANTS}/usage"] = usage_view(quota_bytes=100, budget_usd=2.0)
    page = visitor.get("/usage").text
    bars = [a for tag, a, _ in Elements(page).all if tag == "progress"]
    assert [(bar["max"], bar["value"]) for bar in bars] == [("100", "100")]
    assert "Nothing more can be uploaded" in page
    assert "up to $2.00 a day" in page
    for command in Elements(page).texts("code"):
        command_line.parse(command)


def test_operators_set_and_lift_quotas(admin: FlaskClient, index: StandIn) -> None:
    page = admin.get("/ops/tenants").text
    assert "<script>alert" not in page
    assert [(a["max"], a["value"]) for tag, a, _ in Elements(page).all if tag == "progress"] == [("100", "100")]
    assert press(admin, "quota", tenant_id=" acme ", quota_bytes="5") == 303
    assert press(admin, "lift", tenant_id="acme") == 303
    first, second = index.asked(f"{TENANTS}/quota")
    assert (first["tenant_id"], first["quota_bytes"], second["tenant_id"]) == ("acme", 5, "acme")


@pytest.mark.parametrize(
    ("tenant_id", "quota_bytes"), [("", "5"), ("acme", "-1"), ("acme", "much"), ("acme", str(1 << 54))]
)
def test_a_quota_that_cannot_be_is_refused(
    admin: FlaskClient, index: StandIn, tenant_id: str, quota_bytes: str
) -> None:
    assert press(admin, "quota", tenant_id=tenant_id, quota_bytes=quota_bytes) == 422
    assert index.asked(f"{TENANTS}/quota") == []
