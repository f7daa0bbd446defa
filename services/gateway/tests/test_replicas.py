"""An Idempotency-Key holds at every replica of the gateway, also with index away: its claim is in the store."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_chassis.outbox.submission_memory import MemorySubmissions
from winnow_contracts import api_keys, identity, object_keys
from winnow_contracts.errors import Unavailable
from winnow_gateway.app import create_app
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings

from .index_answers import job_view
from .sounds import wav

JOB_ID = identity.keyed_job_id("default", "POST /v1/media", "k")
REQUEST: dict[str, Any] = {"query_string": {"filename": "a.wav"}, "headers": {"Idempotency-Key": "k"}}
ABOVE = "in/t/default/"


class Replica:
    """One gateway: a journal and a folder of its own, store and index shared."""

    def __init__(self, settings: GatewaySettings, parts: Dependencies, name: str, key: str) -> None:
        self.intake = MemorySubmissions()
        folder = parts.data_dir / name
        folder.mkdir()
        self.client: FlaskClient = create_app(
            settings, replace(parts, intake=self.intake, data_dir=folder)
        ).test_client()
        self._key = key

    def post(self, data: bytes, **changes: Any) -> Any:
        request = {**REQUEST, **changes}
        headers = {**request["headers"], "Authorization": f"Bearer {self._key}"}
        return self.client.post("/v1/media", data=data, **{**request, "headers": headers})


@pytest.fixture
def replicas(settings: GatewaySettings, parts: Dependencies, key: api_keys.ApiKey) -> tuple[Replica, Replica]:
    a, b = (Replica(settings, parts, name, key.text()) for name in ("a", "b"))
    return a, b


@pytest.mark.parametrize("away", [False, True], ids=["index has not heard", "index away"])
def test_a_repeat_at_another_replica_is_the_same_job_and_sent_as_a_possible_duplicate(
    replicas: tuple[Replica, Replica], parts: Dependencies, index: Any, away: bool
) -> None:
    a, b = replicas
    first = a.post(wav())
    index.down = away
    again = b.post(wav())
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert b.intake.jobs == a.intake.jobs
    assert (a.intake.possible_duplicates, b.intake.possible_duplicates) == ([], [JOB_ID])
    assert len(list(parts.objects.keys(ABOVE))) == 1


@pytest.mark.parametrize("expired", [False, True], ids=["claimed", "its claim has expired"])
def test_a_repeat_of_a_job_that_index_knows_is_not_accepted_twice(
    replicas: tuple[Replica, Replica], parts: Dependencies, index: Any, expired: bool
) -> None:
    a, b = replicas
    a.post(wav())
    if expired:
        parts.objects.remove(object_keys.claim("default", JOB_ID))
    index.answers[f"/internal/v1/jobs/{JOB_ID}"] = job_view(id=JOB_ID)
    assert b.post(wav()).headers["Idempotency-Replayed"] == "true"
    assert b.intake.jobs == {}


@pytest.mark.parametrize("change", [{"data": wav(0.2)}, {"query_string": {"filename": "b.wav"}}])
@pytest.mark.parametrize("known", [False, True], ids=["index has not heard", "index knows"])
def test_a_repeat_with_another_body_is_refused_at_another_replica_too(
    replicas: tuple[Replica, Replica], parts: Dependencies, index: Any, change: dict[str, Any], known: bool
) -> None:
    a, b = replicas
    a.post(wav())
    if known:
        index.answers[f"/internal/v1/jobs/{JOB_ID}"] = job_view(id=JOB_ID)
    answer = b.post(**{"data": wav(), **change})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-mismatch")
    assert b.intake.jobs == {}
    (key,) = parts.objects.keys(ABOVE)
    assert parts.objects.get_bytes(key) == wav()


@pytest.mark.parametrize(("data", "status"), [(wav(), 202), (wav(0.2), 422)], ids=["same", "other"])
def test_of_two_replicas_that_read_at_the_same_time_the_second_stores_nothing_and_answers_for_the_first(
    replicas: tuple[Replica, Replica], parts: Dependencies, monkeypatch: pytest.MonkeyPatch, data: bytes, status: int
) -> None:
    a, b = replicas
    put_stream = parts.objects.put_stream
    answers = []

    def meanwhile(*given: Any, **named: Any) -> Any:
        stored = put_stream(*given, **named)
        monkeypatch.setattr(parts.objects, "put_stream", put_stream)
        answers.append(a.post(wav()))
        return stored

    monkeypatch.setattr(parts.objects, "put_stream", meanwhile)
    assert b.post(data).status_code == status
    assert answers[0].status_code == 202
    (key,) = parts.objects.keys(ABOVE)
    assert parts.objects.get_bytes(key) == wav()
    assert [job.accepted.original_key for job in a.intake.jobs.values()] == [key]
    assert all(job.accepted.original_key == key for job in b.intake.jobs.values())


def test_a_replica_that_dies_after_its_claim_leaves_the_job_to_the_repeat(
    replicas: tuple[Replica, Replica], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise Unavailable("killed", dependency="journal")

    a, b = replicas
    monkeypatch.setattr(a.intake, "accept", dies)
    assert a.post(wav()).status_code == 503
    assert b.post(wav()).status_code == 202
    assert list(b.intake.jobs) == [JOB_ID]


def test_a_claim_whose_write_was_sent_twice_by_the_client_is_ones_own(
    replicas: tuple[Replica, Replica], parts: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_new = parts.objects.put_new

    def sent_twice(*given: Any) -> bool:
        put_new(*given)
        return put_new(*given)

    monkeypatch.setattr(parts.objects, "put_new", sent_twice)
    answer = replicas[0].post(wav())
    assert "Idempotency-Replayed" not in answer.headers
    assert replicas[0].intake.possible_duplicates == []


def test_a_claim_of_a_newer_version_is_told_and_nothing_is_accepted(
    replicas: tuple[Replica, Replica], parts: Dependencies
) -> None:
    parts.objects.put_json(object_keys.claim("default", JOB_ID), {"something": "else"})
    answer = replicas[0].post(wav())
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert replicas[0].intake.jobs == {}


def test_an_upload_without_a_key_claims_nothing(replicas: tuple[Replica, Replica], parts: Dependencies) -> None:
    assert replicas[0].post(wav(), headers={}).status_code == 202
    assert list(parts.objects.keys("keyed/")) == []
