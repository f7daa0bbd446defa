"""Links instead of files: taken where operators switched them on, kept in the store alone, and never asked here."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.envelope import Envelope, to_text
from winnow_contracts.errors import RateLimited
from winnow_contracts.links import LinkRules
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Call
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies

from .sounds import wav

URL = "https://files.example/talks/My%20talk.mp4?Signature=hush"


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    return dataclasses.replace(settings, links=LinkRules(enabled=True))


def test_a_link_is_accepted_as_a_job_that_fetches_it(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    answer = client.post("/v1/media", json={"source_url": URL, "language": "ko", "audio_track": 2, "priority": "bulk"})
    assert answer.status_code == 202
    body = answer.get_json()
    job = jobs[body["job_id"]]
    assert (job.command.ACTOR, job.command.QUEUE, job.command.kind) == (
        "media.fetch_original",
        "media.fetch",
        "recording",
    )
    assert (job.command.language, job.command.audio_track, job.accepted.priority) == ("ko", 2, "bulk")
    assert (job.command.filename, job.accepted.title, job.accepted.size_bytes) == ("My talk.mp4", "My talk", 0)
    assert parts.objects.get_json(job.command.link_key) == {
        "url": URL,
        "title": "",
        "captions_url": "",
        "captions_name": "",
    }
    seen = client.get(f"/v1/jobs/{body['job_id']}").get_json()
    assert [stage["name"] for stage in seen["stages"]][:2] == ["fetch", "check"]


def test_a_link_needs_no_thread_of_uploads_and_so_never_pauses_with_its_body_read(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(bodies: AwaitedBodies, call: Call, most_bytes: int) -> NoReturn:
        raise RateLimited("all threads are held")

    monkeypatch.setattr(AwaitedBodies, "come", full)
    assert client.post("/v1/media?filename=a.wav", data=wav()).status_code == 429
    assert client.post("/v1/media", json={"source_url": URL}).status_code == 202


def test_the_link_is_neither_in_the_message_nor_in_what_index_is_told(
    client: FlaskClient, jobs: dict[str, Any]
) -> None:
    job_id = client.post("/v1/media", json={"source_url": URL}).get_json()["job_id"]
    job = jobs[job_id]
    assert "hush" not in json.dumps(to_text(Envelope(command=job.command))) + repr(job.accepted)


def test_a_link_has_the_name_and_title_that_its_sender_says(client: FlaskClient, jobs: dict[str, Any]) -> None:
    sent = {"source_url": URL, "filename": "a.mp4", "title": "Episode 7", "metadata": {"feed": "x"}}
    job = jobs[client.post("/v1/media", json=sent).get_json()["job_id"]]
    assert (job.accepted.filename, job.accepted.title) == ("a.mp4", "Episode 7")
    assert job.accepted.options.metadata == {"feed": "x"}


def test_a_link_to_a_photo_becomes_a_photo(client: FlaskClient, jobs: dict[str, Any]) -> None:
    answer = client.post("/v1/photos", json={"source_url": "https://files.example/can.jpg", "language": "ko"})
    assert answer.status_code == 202
    body = answer.get_json()
    command = jobs[body["job_id"]].command
    assert (command.kind, command.language, command.region) == ("photo", "ko", "kr")
    assert client.get(f"/v1/jobs/{body['job_id']}").get_json()["links"]["photo"].startswith("/v1/photos/")


@pytest.mark.parametrize(
    "url", ["http://files.example/a", "file:///etc/passwd", "https://user@files.example/", "https://127.0.0.1/"]
)
def test_a_link_that_is_not_allowed_makes_no_job(client: FlaskClient, jobs: dict[str, Any], url: str) -> None:
    answer = client.post("/v1/media", json={"source_url": url})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "url-not-allowed")
    assert jobs == {}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/source_url"),
        ([], "#"),
        ({"source_url": 7}, "#/source_url"),
        ({"source_url": URL, "other": 1}, "#"),
        ({"source_url": URL, "filename": ""}, "#/filename"),
        ({"source_url": URL, "title": "x" * 201}, "#/title"),
        ({"source_url": URL, "title": "a\u0000b"}, "#/title"),
        ({"source_url": URL, "audio_track": "2"}, "#/audio_track"),
        ({"source_url": URL, "language": "xx"}, "#/language"),
        ({"source_url": URL, "metadata": 3}, "#/metadata"),
    ],
)
def test_each_bad_field_is_named(client: FlaskClient, body: Any, pointer: str) -> None:
    answer = client.post("/v1/media", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == pointer


def test_a_body_of_megabytes_is_not_read(client: FlaskClient) -> None:
    answer = client.post("/v1/media", json={"source_url": URL, "title": "x" * 100_000})
    assert answer.status_code in (413, 422)


def test_the_same_key_is_the_same_job_and_another_link_under_it_is_refused(
    client: FlaskClient, jobs: dict[str, Any]
) -> None:
    headers = {"Idempotency-Key": "k"}
    first = client.post("/v1/media", json={"source_url": URL}, headers=headers)
    again = client.post("/v1/media", json={"source_url": URL}, headers=headers)
    assert again.get_json()["job_id"] == first.get_json()["job_id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    for other in ({"source_url": URL + "2"}, {"source_url": URL, "title": "Another"}):
        refused = client.post("/v1/media", json=other, headers=headers)
        assert (refused.status_code, refused.get_json()["code"]) == (422, "idempotency-mismatch")
    assert len(jobs) == 1


def test_a_reader_sends_no_link(app: Flask, give_keys: Callable[..., None]) -> None:
    reader = api_keys.generate()
    give_keys((reader, "default", ["read"], False))
    client = app.test_client()
    answer = client.post("/v1/media", json={"source_url": URL}, headers={"Authorization": f"Bearer {reader.text()}"})
    assert answer.status_code == 403


class TestWhereLinksAreOff:
    @pytest.fixture
    def settings(self, settings: GatewaySettings) -> GatewaySettings:
        return dataclasses.replace(settings, links=LinkRules())

    @pytest.mark.parametrize("path", ["/v1/media", "/v1/photos"])
    def test_a_link_is_refused_whatever_it_is(self, client: FlaskClient, jobs: dict[str, Any], path: str) -> None:
        answer = client.post(path, json={"source_url": URL})
        assert (answer.status_code, answer.get_json()["code"]) == (403, "url-ingest-disabled")
        assert jobs == {}
