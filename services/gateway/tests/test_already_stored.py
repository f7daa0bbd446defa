"""A file that the account has stored already need not be sent."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_gateway.dependencies import Dependencies

from .index_answers import JOB_ID, MEDIA_ID

FILES = "/internal/v1/tenants/files"
HASH = "ab" * 32
FOUND = {"media_id": MEDIA_ID, "job_id": JOB_ID}


def declare(client: FlaskClient, **fields: Any) -> Any:
    body = {"kind": "av", "filename": "b.mp4", "size_bytes": 9, "sha256": HASH, **fields}
    wanted = {name: value for name, value in body.items() if value is not None}
    return client.post("/v1/uploads", json=wanted, headers={"Idempotency-Key": "k"})


@pytest.mark.parametrize(("kind", "made", "what"), [("av", "recording", "media"), ("photo", "photo", "photos")])
def test_the_answer_names_the_media_and_nothing_is_begun(
    client: FlaskClient, parts: Dependencies, index: Any, kind: str, made: str, what: str
) -> None:
    index.answers[FILES] = FOUND
    answer = declare(client, kind=kind)
    upload = answer.get_json()
    address = f"/v1/{what}/{MEDIA_ID}"
    assert (answer.status_code, answer.headers["Location"], upload["status"]) == (201, address, "already-stored")
    assert (upload["media_id"], upload["job_id"], upload["parts"]) == (MEDIA_ID, JOB_ID, [])
    assert upload["links"] == {"job": f"/v1/jobs/{JOB_ID}", "photo" if kind == "photo" else "media": address}
    assert index.asked(FILES) == [{"tenant_id": "default", "kind": made, "sha256": HASH}]
    assert list(parts.objects.keys("")) == list(parts.objects.parts.unfinished()) == []


@pytest.mark.parametrize("fields", [{"again": True}, {"sha256": None}])
def test_again_and_without_a_hash_nobody_looks(client: FlaskClient, index: Any, fields: dict[str, Any]) -> None:
    index.answers[FILES] = FOUND
    assert declare(client, **fields).get_json()["status"] == "pending"
    assert index.asked(FILES) == []


@pytest.mark.parametrize("told", [{"media_id": None, "job_id": None}, "unavailable", "not-found"])
def test_a_file_that_is_not_stored_and_an_index_that_cannot_tell_let_it_be_sent(
    client: FlaskClient, index: Any, told: Any
) -> None:
    index.answers[FILES] = told
    assert declare(client).get_json()["status"] == "pending"


def test_again_is_true_or_false(client: FlaskClient) -> None:
    problem = declare(client, again="yes").get_json()
    assert (problem["status"], problem["errors"][0]["pointer"]) == (422, "#/again")
