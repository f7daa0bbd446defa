"""What may be declared of an upload in parts, and the setting that says where its bytes go."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.errors import Unavailable
from winnow_gateway.app import create_app
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings

GOOD: dict[str, Any] = {"kind": "av", "filename": "talk.mp4", "size_bytes": 900_000}


def declare(client: FlaskClient, key: str = "k", **changes: Any) -> Any:
    body = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return client.post("/v1/uploads", json=body, headers={"Idempotency-Key": key} if key else {})


def test_a_declaration_without_a_key_is_refused(client: FlaskClient) -> None:
    answer = declare(client, key="")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency-key-missing")


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"kind": "text"}, 422, "invalid-field", "#/kind"),
        ({"kind": None}, 422, "invalid-field", "#/kind"),
        ({"filename": None}, 422, "invalid-field", "?filename"),
        ({"filename": 7}, 422, "invalid-field", "#/filename"),
        ({"size_bytes": 0}, 422, "empty-file", "#/size_bytes"),
        ({"size_bytes": "9"}, 422, "invalid-field", "#/size_bytes"),
        ({"size_bytes": True}, 422, "invalid-field", "#/size_bytes"),
        ({"size_bytes": 1_000_001}, 413, "too-large", "#/size_bytes"),
        ({"content_type": "video"}, 422, "invalid-field", "#/content_type"),
        ({"content_type": "video/mp4\r\nX: y"}, 422, "invalid-field", "#/content_type"),
        ({"sha256": "A" * 64}, 422, "invalid-field", "#/sha256"),
        ({"part_size": 1_000}, 422, "invalid-field", "#/part_size"),
        ({"language": "klingon"}, 422, "invalid-field", "#/language"),
        ({"language": 7}, 422, "invalid-field", "#/language"),
        ({"audio_track": "2"}, 422, "invalid-field", "#/audio_track"),
        ({"audio_track": 0}, 422, "invalid-field", "#/audio_track"),
        ({"region": "kr"}, 422, "invalid-field", "#/region"),
        ({"kind": "photo", "audio_track": 1}, 422, "invalid-field", "#/audio_track"),
        ({"priority": "now"}, 422, "invalid-field", "#/priority"),
        ({"metadata": ["a"]}, 422, "invalid-field", "#/metadata"),
        ({"other": 1}, 422, "invalid-field", "#/other"),
    ],
)
def test_what_cannot_be_used_is_told_by_field(
    client: FlaskClient, parts: Dependencies, changes: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    answer = declare(client, **changes)
    problem = answer.get_json()
    assert (answer.status_code, problem["code"], problem["errors"][0]["pointer"]) == (status, code, pointer)
    assert list(parts.objects.keys("")) == list(parts.objects.parts.unfinished()) == []


@pytest.mark.parametrize("change", [{"filename": "b.mp4"}, {"language": "ko"}, {"priority": "bulk"}, {"size_bytes": 8}])
def test_the_same_key_with_another_declaration_is_refused(client: FlaskClient, change: dict[str, Any]) -> None:
    assert declare(client).status_code == 201
    answer = declare(client, **change)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-mismatch")


def test_all_options_of_a_job_can_be_declared(client: FlaskClient) -> None:
    options = {"audio_track": 2, "language": "en", "track": "outcome", "priority": "bulk", "metadata": {"a": 1}}
    assert declare(client, **options, sha256="a" * 64, content_type="video/mp4").status_code == 201
    photo = declare(client, "photo", kind="photo", filename="a.png", language="ko", region="kr", size_bytes=9)
    assert photo.status_code == 201


@pytest.mark.parametrize("body", [{"numbers": []}, {"numbers": [0]}, {"numbers": "1"}, {"numbers": [True]}, {}, []])
def test_numbers_of_parts_are_checked(client: FlaskClient, body: Any) -> None:
    links = declare(client).get_json()["links"]
    assert client.post(links["parts"], json=body).status_code == 422
    assert client.post(links["parts"], json={"numbers": [2]}).status_code == 404


@pytest.mark.parametrize("parts_told", [{}, [1], [{"n": 1}], [{"n": 1, "etag": 2}], [{"n": 1, "etag": "a", "x": 1}]])
def test_marks_of_parts_are_checked(client: FlaskClient, parts_told: Any) -> None:
    links = declare(client).get_json()["links"]
    answer = client.post(links["complete"], json={"parts": parts_told})
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "#/parts")


@pytest.mark.parametrize("size", [899_999, 900_001, 0])
def test_a_part_has_exactly_its_size(client: FlaskClient, parts: Dependencies, size: int) -> None:
    upload = declare(client).get_json()
    answer = client.put(upload["parts"][0]["url"], data=bytes(size))
    assert answer.get_json()["code"] in ("size-mismatch", "too-large")
    assert client.get(upload["links"]["self"]).get_json()["parts"] == []


def test_of_two_gateways_that_begin_at_once_one_upload_stays(
    client: FlaskClient, settings: GatewaySettings, parts: Dependencies, key: api_keys.ApiKey, monkeypatch: Any
) -> None:
    folder = parts.data_dir / "other"
    folder.mkdir()
    other = create_app(settings, replace(parts, data_dir=folder)).test_client()
    other.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    begin, answers = parts.objects.parts.begin, []

    def meanwhile(*given: str) -> str:
        monkeypatch.setattr(parts.objects.parts, "begin", begin)
        answers.append(declare(other))
        return begin(*given)

    monkeypatch.setattr(parts.objects.parts, "begin", meanwhile)
    answers.append(declare(client))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert len(list(parts.objects.parts.unfinished())) == 1


def test_a_declaration_of_a_newer_version_is_told(client: FlaskClient, parts: Dependencies) -> None:
    declare(client)
    (key,) = parts.objects.keys("uploading/")
    parts.objects.put_json(key, {"something": "else"})
    assert declare(client).get_json()["code"] == Unavailable("", dependency="s3").code
