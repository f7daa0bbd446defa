"""Every operation of the document has an example; sent as it stands there, it is answered as the document says."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.links import LinkRules
from winnow_gateway.api import job_events
from winnow_gateway.settings import GatewaySettings

from .account_answers import NAME, PASSWORD
from .index_answers import JOB_ID, MEDIA_ID, TASK_ID, media_view
from .photo_answers import photo_view
from .pictures import png
from .sounds import wav
from .test_steering import ended
from .whole_answers import ai_answers, index_answers

JSON = "application/json"
OF_PEOPLE = ("/v1/account", "/v1/session")
"""What a person does who is signed in."""
UPLOAD_ID = MEDIA_ID.replace("med", "upl")
SOUND, SUBTITLES = wav(), b"1\n00:00:00,500 --> 00:00:02,000\nRinse it.\n"
BYTES = {
    "upload_media": SOUND,
    "send_photo": png(),
    "put_captions": SUBTITLES,
    "put_upload_captions": SUBTITLES,
    "put_upload_part": SOUND,
}
"""What is sent where the body is a file."""
SITUATIONS: dict[str, dict[str, Any]] = {
    "retry_job": {f"/internal/v1/jobs/{JOB_ID}/trace": ended("failed", (TASK_ID, True))},
    "export_photo": {f"/internal/v1/media/{MEDIA_ID}": media_view(kind="photo")},
}
"""What index says else, for what can be done in one situation alone."""


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    return replace(settings, max_upload_bytes=1 << 30, links=LinkRules(enabled=True))


@pytest.fixture
def document(stranger: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = stranger.get("/openapi.json").get_json()
    return found


@pytest.fixture
def admin(
    app: Flask, index: Any, ai: Any, key: api_keys.ApiKey, give_keys: Any, parts: Any, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """Who may do everything, where index and ai know one of everything, and the store has its files."""
    monkeypatch.setattr(job_events, "LONGEST_STREAM_SECONDS", 0.05)
    give_keys((key, "default", ["admin"], False))
    index.answers |= index_answers(index.answers["/internal/v1/keys"])
    ai.answers |= ai_answers()
    for view in (media_view(), photo_view()):
        for stored in filter(None, view["keys"].values()):
            parts.objects.put_bytes(stored, b"what was stored", "image/jpeg")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    return client


@pytest.fixture
def somebody(app: Flask, admin: FlaskClient) -> Callable[[], FlaskClient]:
    """Signs somebody in, in a browser of their own."""

    def signed_in() -> FlaskClient:
        client = app.test_client()
        shown = client.post("/v1/session", json={"name": NAME, "password": PASSWORD}).get_json()
        client.environ_base["HTTP_X_CSRF_TOKEN"] = shown["csrf"]
        return client

    return signed_in


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation, with its method and its path."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def example_of(operation: dict[str, Any], path: str) -> dict[str, Any]:
    """The example of a request as the test client takes it: whatever is needed, and whatever has an example."""
    name, given = operation["operationId"], {"path": {}, "query": {}, "header": {}}
    for one in operation["parameters"]:
        examples = one["schema"].get("examples")
        assert examples or not one["required"], f"{name}: the parameter {one['name']} has no example."
        if examples:
            jsonschema.validate(examples[0], one["schema"])
            given[one["in"]][one["name"]] = str(examples[0])
    content = operation.get("requestBody", {}).get("content", {})
    body = {}
    if name in BYTES:
        body = {"data": BYTES[name], "content_type": "application/octet-stream"}
    elif content:
        [(kind, one)] = content.items()
        body = {"data": json.dumps(one["example"]), "content_type": kind}
    address = path.format(**given["path"])
    return {"path": address, "query_string": given["query"], "headers": given["header"], **body}


def fits(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> None:
    """Fails unless a value is what a schema says; its references lead into the document."""
    jsonschema.validate(value, {**schema, "components": document["components"]})


def test_every_json_body_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    bodies = [
        one
        for _, _, operation in operations(document)
        for kind, one in operation.get("requestBody", {}).get("content", {}).items()
        if kind.endswith("json")
    ]
    assert len(bodies) >= 20
    for one in bodies:
        fits(one["example"], one["schema"], document)


def test_every_example_is_answered_as_the_document_says(
    document: dict[str, Any],
    admin: FlaskClient,
    somebody: Callable[[], FlaskClient],
    index: Any,
    parts: Any,
) -> None:
    wrong = {}
    for method, path, operation in operations(document):
        name = operation["operationId"]
        usual = dict(index.answers)
        index.answers |= SITUATIONS.get(name, {})
        client = somebody() if path.startswith(OF_PEOPLE) else admin
        wanted = example_of(operation, path)
        if "{upload_id}" in path:
            wanted["path"] = wanted["path"].replace(UPLOAD_ID, begun_upload(admin, name))
        answer = client.open(method=method, **wanted)
        try:
            check(answer, operation, document)
        except (AssertionError, jsonschema.ValidationError) as error:
            wrong[name] = str(error)
        answer.close()
        index.answers = usual
    assert wrong == {}


def check(answer: Any, operation: dict[str, Any], document: dict[str, Any]) -> None:
    """Fails unless it is a good answer, of a status, form and schema that the document has."""
    assert answer.status_code < 300, answer.text
    content = operation["responses"][str(answer.status_code)].get("content", {})
    assert (answer.mimetype in content) if content else not answer.data, answer.mimetype
    if answer.mimetype == JSON:
        fits(answer.get_json(), content[JSON]["schema"], document)


def begun_upload(client: FlaskClient, key: str) -> str:
    """Declares a small recording and sends its one part; returns the upload's id."""
    wanted = {"kind": "av", "filename": "talk.wav", "size_bytes": len(SOUND), "again": True}
    upload = client.post("/v1/uploads", json=wanted, headers={"Idempotency-Key": key}).get_json()
    assert client.put(upload["parts"][0]["url"], data=SOUND).status_code == 200
    return str(upload["id"])
