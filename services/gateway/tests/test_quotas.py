"""A tenant stores no more than its quota, and operators see and set quotas."""

import io
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.errors import Refused, Unavailable
from winnow_contracts.index_api.tenants import MOST_QUOTA_BYTES, StorageView
from winnow_gateway.app import create_app
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.storage_quota import StorageQuotas

from .sounds import wav

TENANTS = "/internal/v1/tenants"
USAGE: dict[str, Any] = {
    "tenant_id": "acme",
    "stored_bytes": 120,
    "quota_bytes": 1000,
    "quota_set_by": "k",
    "quota_set_at": "2026-11-21T04:00:00.000Z",
    "recordings": 2,
    "photos": 1,
    "month": "2026-11",
    "requests": 1234,
    "spent_usd": 0.5,
    "budget_usd": 0.0,
}


class Index:
    """What index would tell of any tenant, how often it was asked, and whether it is away."""

    def __init__(self, stored_bytes: int = 0, quota_bytes: int | None = None) -> None:
        self.told = StorageView(stored_bytes=stored_bytes, quota_bytes=quota_bytes)
        self.asked = 0
        self.away = False

    def read(self, tenant_id: str) -> StorageView:
        self.asked += 1
        if self.away:
            raise Unavailable("Index does not answer.", dependency="index")
        return self.told


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def refused(quotas: StorageQuotas, size_bytes: int) -> bool:
    try:
        quotas.refuse_over("t", size_bytes)
    except Refused:
        return True
    return False


def test_a_file_fits_up_to_the_last_byte_and_index_is_asked_once_a_second(clock: Clock) -> None:
    index = Index(stored_bytes=60, quota_bytes=100)
    quotas = StorageQuotas(index.read, clock)
    assert [refused(quotas, size) for size in (40, 41)] == [False, True]
    assert index.asked == 1
    index.told = StorageView(stored_bytes=0, quota_bytes=100)
    assert refused(quotas, 41)
    clock.now = 1.0
    assert not refused(quotas, 41), "something was deleted"


def test_what_was_taken_counts_once_before_and_after_index_hears_of_it(clock: Clock) -> None:
    index = Index(stored_bytes=50, quota_bytes=100)
    quotas = StorageQuotas(index.read, clock)
    quotas.take("t", 20)
    quotas.take("t", 10)
    assert [refused(quotas, size) for size in (20, 21)] == [False, True]
    index.told, clock.now = StorageView(stored_bytes=70, quota_bytes=100), 2.0
    assert [refused(quotas, size) for size in (20, 21)] == [False, True], "it has heard of the first"
    index.told, clock.now = StorageView(stored_bytes=80, quota_bytes=100), 4.0
    assert [refused(quotas, size) for size in (20, 21)] == [False, True]
    index.told, clock.now = StorageView(stored_bytes=0, quota_bytes=100), 6.0
    assert not refused(quotas, 100), "all was deleted"


def test_while_index_is_away_what_it_told_last_counts_with_all_that_was_taken_since(clock: Clock) -> None:
    index = Index(stored_bytes=50, quota_bytes=100)
    quotas = StorageQuotas(index.read, clock)
    quotas.take("t", 10)
    index.away, clock.now = True, 2.0
    quotas.take("t", 10)
    asked, clock.now = index.asked, 11.0
    assert [refused(quotas, size) for size in (30, 31)] == [False, True]
    assert index.asked == asked, "an index that is away is asked every ten seconds"
    clock.now = 60.0
    assert [refused(quotas, size) for size in (30, 31)] == [False, True]
    index.away, index.told, clock.now = False, StorageView(stored_bytes=60, quota_bytes=100), 90.0
    assert not refused(quotas, 40), "a file that never came to be"


def test_a_tenant_of_which_index_told_nothing_has_no_quota(clock: Clock) -> None:
    index = Index(stored_bytes=50, quota_bytes=10)
    index.away = True
    assert not refused(StorageQuotas(index.read, clock), 1_000_000)


@pytest.fixture
def told() -> Index:
    return Index()


@pytest.fixture
def limited(settings: GatewaySettings, parts: Dependencies, told: Index, key: api_keys.ApiKey, clock: Clock) -> Any:
    client = create_app(settings, replace(parts, quotas=StorageQuotas(told.read, clock))).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    return client


class Unread(io.BytesIO):
    """A body of which nothing may be read."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("address", ["/v1/media?filename=a.wav", "/v1/photos?filename=a.png"])
def test_an_upload_over_the_quota_is_refused_before_a_byte_is_read(
    limited: FlaskClient, parts: Dependencies, told: Index, address: str
) -> None:
    told.told = StorageView(stored_bytes=900, quota_bytes=1000)
    answer = limited.post(address, input_stream=Unread(bytes(101)))
    assert (answer.status_code, answer.get_json()["code"]) == (507, "quota-exceeded")
    assert answer.get_json()["detail"].startswith("The account stores 900 of the 1000 bytes")
    assert not answer.get_json()["retryable"]
    assert list(parts.objects.keys("in/")) == []


def test_a_body_that_announces_no_size_leaves_nothing_behind(
    limited: FlaskClient, parts: Dependencies, told: Index
) -> None:
    told.told = StorageView(stored_bytes=0, quota_bytes=100)
    chunked = {"wsgi.input_terminated": True}
    answer = limited.post("/v1/media?filename=a.wav", input_stream=io.BytesIO(wav()), environ_overrides=chunked)
    assert (answer.status_code, answer.get_json()["code"]) == (507, "quota-exceeded")
    assert list(parts.objects.keys("in/")) == []


def test_a_repeat_is_the_job_of_before_though_the_quota_is_full_since(limited: FlaskClient, told: Index) -> None:
    data, headers = wav(), {"Idempotency-Key": "k"}
    told.told = StorageView(stored_bytes=0, quota_bytes=len(data))
    first = limited.post("/v1/media?filename=a.wav", data=data, headers=headers)
    again = limited.post("/v1/media?filename=a.wav", data=data, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.get_json()["job_id"] == again.get_json()["job_id"]
    other = limited.post("/v1/media?filename=a.wav", data=data)
    assert other.get_json()["code"] == "quota-exceeded", "the first one counts at once"


def test_an_upload_in_parts_is_refused_when_declared_and_when_completed(
    limited: FlaskClient, parts: Dependencies, told: Index, clock: Clock
) -> None:
    data = wav()
    declaration = {"kind": "av", "filename": "a.wav", "size_bytes": len(data)}

    def declare(key: str) -> Any:
        return limited.post("/v1/uploads", json=declaration, headers={"Idempotency-Key": key})

    told.told = StorageView(stored_bytes=1, quota_bytes=len(data))
    assert (declare("k").status_code, declare("k").get_json()["code"]) == (507, "quota-exceeded")
    told.told, clock.now = StorageView(stored_bytes=0, quota_bytes=len(data)), 1.0
    upload = declare("k").get_json()
    assert limited.put(f"/v1/uploads/{upload['id']}/parts/1", data=data).status_code == 200
    told.told, clock.now = StorageView(stored_bytes=1, quota_bytes=len(data)), 2.0
    assert limited.post(upload["links"]["complete"], json={}).status_code == 507
    told.told, clock.now = StorageView(stored_bytes=0, quota_bytes=len(data)), 3.0
    assert limited.post(upload["links"]["complete"], json={}).status_code == 202, "what was sent is still there"
    assert declare("another").status_code == 507


def test_the_account_sees_its_own_usage(client: FlaskClient, index: Any) -> None:
    index.answers[f"{TENANTS}/usage"] = USAGE
    assert client.get("/v1/usage").get_json() == USAGE
    assert index.asked(f"{TENANTS}/usage") == [{"tenant_id": "default"}]


def test_operators_see_every_tenant_and_set_quotas_by_whose_key_it_was(operator: FlaskClient, index: Any) -> None:
    index.answers[TENANTS] = {"items": [USAGE]}
    index.answers[f"{TENANTS}/quota"] = USAGE
    who = index.answers["/internal/v1/keys"]["keys"][0]["key_id"]
    assert operator.get("/v1/ops/tenants").get_json() == {"items": [USAGE]}
    wanted = {"tenant_id": "acme", "quota_bytes": 1000}
    assert operator.put("/v1/ops/tenants/quota", json=wanted).get_json() == USAGE
    assert operator.delete("/v1/ops/tenants/quota?tenant_id=acme").status_code == 200
    assert index.asked(f"{TENANTS}/quota") == [{**wanted, "who": who}, {"tenant_id": "acme", "who": who}]


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"tenant_id": "acme"}, "#/quota_bytes"),
        ({"tenant_id": "acme", "quota_bytes": True}, "#/quota_bytes"),
        ({"tenant_id": "acme", "quota_bytes": -1}, "#/quota_bytes"),
        ({"tenant_id": "acme", "quota_bytes": MOST_QUOTA_BYTES + 1}, "#/quota_bytes"),
        ({"tenant_id": "", "quota_bytes": 1}, "#/tenant_id"),
        ({"tenant_id": "a\n", "quota_bytes": 1}, "#/tenant_id"),
        ({"tenant_id": "x" * 201, "quota_bytes": 1}, "#/tenant_id"),
        ({"tenant_id": "acme", "quota_bytes": 1, "colour": "red"}, "#/colour"),
        ([], "#"),
    ],
)
def test_a_quota_that_cannot_be_is_refused_with_where(operator: FlaskClient, wanted: Any, pointer: str) -> None:
    problem = operator.put("/v1/ops/tenants/quota", json=wanted).get_json()
    assert (problem["status"], problem["errors"][0]["pointer"]) == (422, pointer)


def test_who_only_looks_on_cannot_set_a_quota(client: FlaskClient) -> None:
    wanted = {"tenant_id": "default", "quota_bytes": 1}
    assert client.put("/v1/ops/tenants/quota", json=wanted).status_code == 403
    assert client.get("/v1/ops/tenants").status_code == 403
