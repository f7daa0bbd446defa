"""An Idempotency-Key on requests that act: one of all repeats acts, at any replica, and all get its answer."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys, identity, object_keys
from winnow_contracts.errors import Unavailable
from winnow_gateway.app import create_app
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.uploads import action_claims

from .index_answers import JOB_ID, TASK_ID, dead_view, job_view

CANCEL = f"/internal/v1/jobs/{JOB_ID}/cancel"
ADDRESS = f"/v1/jobs/{JOB_ID}/cancel"
KEYED = {"Idempotency-Key": "k"}
CLAIM = object_keys.action("default", identity.keyed_action_id("default", "POST /v1/jobs/{job_id}/cancel", "k"))


@pytest.fixture
def replica(settings: Any, parts: Dependencies, key: api_keys.ApiKey) -> FlaskClient:
    """Another gateway: a folder of its own; store and index are shared."""
    folder = parts.data_dir / "another"
    folder.mkdir()
    client = create_app(settings, replace(parts, data_dir=folder)).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    return client


@pytest.fixture
def cancels(index: Any) -> Any:
    """Index cancels the job; its requests to do so."""
    index.answers[CANCEL] = {"job": job_view("cancelled"), "run": 1}
    return lambda: len(index.asked(CANCEL))


@pytest.mark.parametrize("away", [False, True], ids=["index there", "index away"])
def test_a_repeat_at_another_replica_gets_the_first_answer_and_does_nothing(
    client: FlaskClient, replica: FlaskClient, index: Any, cancels: Any, away: bool
) -> None:
    first = client.post(ADDRESS, headers=KEYED)
    replica.get(f"/v1/jobs/{JOB_ID}")  # it has learnt of the keys
    index.down = away
    again = replica.post(ADDRESS, headers={"Idempotency-Key": '"k"'})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.get_json() == again.get_json()
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert again.mimetype == "application/json"
    assert cancels() == 1


def test_without_a_key_each_request_acts(client: FlaskClient, cancels: Any) -> None:
    for _ in range(2):
        assert "Idempotency-Replayed" not in client.post(ADDRESS).headers
    assert cancels() == 2


def test_operators_actions_are_done_once_a_key_too(operator: FlaskClient, index: Any) -> None:
    index.answers[f"/internal/v1/dead/{TASK_ID}/discard"] = dead_view()
    discard = f"/v1/ops/dead/{TASK_ID}/discard"
    assert operator.post(discard, headers=KEYED).get_json() == operator.post(discard, headers=KEYED).get_json()
    assert len(index.asked(f"/internal/v1/dead/{TASK_ID}/discard")) == 1


def test_the_same_key_for_another_job_or_body_is_refused(client: FlaskClient, cancels: Any) -> None:
    client.post(ADDRESS, headers=KEYED)
    other = JOB_ID.replace("89ab", "89ac")
    for address, body in ((f"/v1/jobs/{other}/cancel", None), (f"{ADDRESS}", {"a": 1})):
        answer = client.post(address, headers=KEYED, json=body)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-mismatch")
    assert cancels() == 1


def test_the_same_key_at_another_address_or_of_another_tenant_is_another(
    client: FlaskClient, index: Any, give_keys: Any, key: api_keys.ApiKey, cancels: Any
) -> None:
    stranger = api_keys.generate()
    give_keys((key, "default", ["write"], False), (stranger, "other", ["write"], False))
    client.post(ADDRESS, headers=KEYED)
    assert client.post(f"/v1/jobs/{JOB_ID}/retry", headers=KEYED).status_code == 404
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {stranger.text()}"
    assert "Idempotency-Replayed" not in client.post(ADDRESS, headers=KEYED).headers
    assert cancels() == 2


def test_a_failure_is_not_kept(client: FlaskClient, index: Any) -> None:
    index.answers[CANCEL] = "already-ended"
    assert client.post(ADDRESS, headers=KEYED).status_code == 409
    index.answers[CANCEL] = {"job": job_view("cancelled"), "run": 1}
    assert client.post(ADDRESS, headers=KEYED).status_code == 200


def test_a_repeat_waits_for_nobody_while_the_first_is_answered(
    client: FlaskClient, replica: FlaskClient, index: Any
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slowly(body: dict[str, Any]) -> dict[str, Any]:
        asked.set()
        assert go_on.wait(20)
        return {"job": job_view("cancelled"), "run": 1}

    index.answers[CANCEL] = slowly
    first: list[int] = []
    thread = threading.Thread(target=lambda: first.append(client.post(ADDRESS, headers=KEYED).status_code))
    thread.start()
    try:
        assert asked.wait(20)
        for repeat in (replica, client.application.test_client()):
            answer = repeat.post(ADDRESS, headers={**KEYED, "Authorization": client.environ_base["HTTP_AUTHORIZATION"]})
            assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency-in-progress")
            assert int(answer.headers["Retry-After"]) > 0
    finally:
        go_on.set()
        thread.join()
    assert first == [200]
    assert client.post(ADDRESS, headers=KEYED).headers["Idempotency-Replayed"] == "true"


def test_twenty_repeats_at_two_replicas_act_once(client: FlaskClient, replica: FlaskClient, cancels: Any) -> None:
    statuses: list[int] = []
    begin = threading.Barrier(20)

    def ask(app: Any) -> None:
        headers = {**KEYED, "Authorization": client.environ_base["HTTP_AUTHORIZATION"]}
        begin.wait(20)
        statuses.append(app.test_client().post(ADDRESS, headers=headers).status_code)

    apps = [one.application for one in (client, replica)] * 10
    threads = [threading.Thread(target=ask, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 409}
    assert 200 in statuses
    assert cancels() == 1


def test_what_a_dead_gateway_had_claimed_is_done_after_a_while(
    client: FlaskClient, parts: Dependencies, cancels: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = action_claims.ActionClaims.keep
    monkeypatch.setattr(action_claims.ActionClaims, "keep", lambda *given: None)  # it dies before it keeps the answer
    client.post(ADDRESS, headers=KEYED)
    monkeypatch.setattr(action_claims.ActionClaims, "keep", keep)
    assert client.post(ADDRESS, headers=KEYED).get_json()["code"] == "idempotency-in-progress"
    claim = parts.objects.get_json(CLAIM)
    parts.objects.put_json(CLAIM, {**claim, "at_ms": claim["at_ms"] - action_claims.ABANDONED_MS})
    assert client.post(ADDRESS, headers=KEYED).status_code == 200
    assert client.post(ADDRESS, headers=KEYED).headers["Idempotency-Replayed"] == "true"
    assert cancels() == 2


def test_what_was_done_is_answered_though_the_store_has_gone_meanwhile(
    client: FlaskClient, parts: Dependencies, cancels: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*given: Any) -> None:
        raise Unavailable("The store does not answer.", dependency="s3")

    monkeypatch.setattr(parts.objects, "put_json", gone)
    assert client.post(ADDRESS, headers=KEYED).status_code == 200
    monkeypatch.setattr(parts.objects, "put_new", gone)
    answer = client.post(ADDRESS, headers={"Idempotency-Key": "another"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert cancels() == 1


def test_a_secret_is_in_the_first_answer_alone_and_kept_nowhere(
    operator: FlaskClient, index: Any, parts: Dependencies
) -> None:
    index.answers["POST /internal/v1/keys"] = index.answers["/internal/v1/keys"]["keys"][0]
    form = {"name": "phone", "scopes": ["read"]}
    first = operator.post("/v1/ops/keys", json=form, headers=KEYED)
    again = operator.post("/v1/ops/keys", json=form, headers=KEYED)
    secret = first.get_json()["key"]
    assert (again.status_code, again.get_json()["key_id"]) == (201, first.get_json()["key_id"])
    assert "key" not in again.get_json()
    kept = [parts.objects.get_bytes(key).decode() for key in parts.objects.keys(object_keys.ACTIONS)]
    assert kept
    assert secret not in "".join(kept)


def test_every_post_of_a_keys_holder_takes_an_idempotency_key(app: Any) -> None:
    document = app.test_client().get("/openapi.json").get_json()
    without = [
        path
        for path, item in document["paths"].items()
        if (post := item.get("post"))
        and post["security"]
        and "Idempotency-Key" not in {one["name"] for one in post["parameters"]}
    ]
    assert without == []
