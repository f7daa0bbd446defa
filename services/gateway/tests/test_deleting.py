"""Deleting media and photos through the API."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.api_keys import ApiKey
from winnow_contracts.control import EVERY_RUN, ControlKind, ControlMessage

from .index_answers import JOB_ID, MEDIA_ID
from .sounds import wav

DELETE = f"/internal/v1/media/{MEDIA_ID}/delete"
DELETED = "/internal/v1/jobs/deleted"


def test_a_media_is_deleted_and_nodes_drop_every_run_of_it(
    client: FlaskClient, key: ApiKey, index: Any, news: list[ControlMessage]
) -> None:
    index.answers[DELETE] = {"job_ids": [JOB_ID]}
    answer = client.delete(f"/v1/media/{MEDIA_ID}")
    assert (answer.status_code, answer.data) == (204, b"")
    asked = {"tenant_id": "default", "who": key.key_id, "job_id": None}
    assert index.asked(DELETE) == [{**asked, "kind": None}]
    assert news == [ControlMessage(kind=ControlKind.CANCEL, name=JOB_ID, run=EVERY_RUN)]
    client.delete(f"/v1/photos/{MEDIA_ID}")
    assert index.asked(DELETE)[1:] == [{**asked, "kind": "photo"}]


@pytest.mark.parametrize(("code", "status"), [("not-found", 404), ("gone", 410), ("unavailable", 503)])
def test_a_refusal_is_passed_on_and_no_node_is_told(
    client: FlaskClient, index: Any, news: list[ControlMessage], code: str, status: int
) -> None:
    index.answers[DELETE] = code
    answer = client.delete(f"/v1/media/{MEDIA_ID}")
    assert (answer.status_code, answer.get_json()["code"], news) == (status, code, [])


def test_what_was_accepted_a_moment_ago_is_deleted_and_not_listed_any_more(client: FlaskClient, index: Any) -> None:
    made = client.post("/v1/media?filename=a.wav", data=wav(), headers={"Idempotency-Key": "one"}).get_json()
    address, path = f"/v1/media/{made['media_id']}", f"/internal/v1/media/{made['media_id']}"
    index.answers |= {"/internal/v1/media": {"items": [], "next_cursor": None}, DELETED: {"job_ids": []}}
    assert [item["id"] for item in client.get("/v1/media").get_json()["items"]] == [made["media_id"]]
    index.answers[f"{path}/delete"] = {"job_ids": [made["job_id"]]}
    assert client.delete(address).status_code == 204
    assert index.asked(f"{path}/delete")[0]["job_id"] == made["job_id"]
    index.answers |= {
        path: "gone",
        DELETED: {"job_ids": [made["job_id"]]},
        f"/internal/v1/jobs/{made['job_id']}": "gone",
    }
    assert client.get(address).status_code == 410
    assert client.get("/v1/media").get_json()["items"] == []


def test_the_idempotency_key_of_a_deleted_media_accepts_nothing(client: FlaskClient, index: Any) -> None:
    key = {"Idempotency-Key": "one"}
    made = client.post("/v1/media?filename=a.wav", data=wav(), headers=key).get_json()
    index.answers[f"/internal/v1/jobs/{made['job_id']}"] = "gone"
    again = client.post("/v1/media?filename=a.wav", data=wav(), headers=key)
    assert (again.status_code, again.get_json()["code"]) == (410, "gone")
