"""Asking for a recording or photo to be processed again."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.commands import ReplayTask, Reprocess
from winnow_contracts.envelope import Envelope

from .index_answers import JOB_ID, MEDIA_ID, job_view, media_view

ADDRESS = f"/v1/media/{MEDIA_ID}/reprocess"


@pytest.fixture(autouse=True)
def served(index: Any) -> None:
    index.answers |= {
        f"/internal/v1/media/{MEDIA_ID}": media_view(),
        f"/internal/v1/jobs/{JOB_ID}": job_view("done", run=2),
        "/internal/v1/audit": {"audit_id": 1},
    }


def test_a_further_run_from_the_stage_is_sent_to_index(client: FlaskClient, index: Any, sent: list[Any]) -> None:
    answer = client.post(ADDRESS, json={"from": "embed"})
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/jobs/{JOB_ID}")
    ((command, run),) = sent
    assert isinstance(command, ReplayTask)
    assert (command.reprocess, command.task_id, command.expected_run, run) == (Reprocess.EMBED, "", 2, 3)
    assert [entry["action"] for entry in index.asked("/internal/v1/audit")] == ["reprocess"]


def test_only_who_says_so_replaces_captions(client: FlaskClient, sent: list[Any]) -> None:
    for body in ({"from": "transcribe"}, {"from": "transcribe", "replace_captions": True}):
        assert client.post(ADDRESS, json=body).status_code == 202
    assert [command.replace_captions for command, _ in sent] == [False, True]
    assert len({Envelope(command=command, run=run).task_id for command, run in sent}) == 2, "the second is another wish"


@pytest.fixture
def photo(index: Any) -> None:
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view(kind="photo", has_transcript=False)


@pytest.mark.usefixtures("photo")
@pytest.mark.parametrize("stage", ["classify", "guidance"])
def test_a_photo_is_processed_again_by_another_region_and_in_another_language(
    client: FlaskClient, sent: list[Any], stage: str
) -> None:
    wishes: list[dict[str, str]] = [{}, {"region": "gb-eng"}, {"language": "ko", "region": "gb-eng"}]
    for wish in wishes:
        assert client.post(ADDRESS, json={"from": stage, **wish}).status_code == 202
    commands = [command for command, _ in sent]
    assert {command.reprocess for command in commands} == {Reprocess(stage)}
    assert [(one.language, one.region) for one in commands] == [(None, None), (None, "gb-eng"), ("ko", "gb-eng")]
    assert len({Envelope(command=command, run=run).task_id for command, run in sent}) == 3, "each is a wish of its own"


@pytest.mark.usefixtures("photo")
def test_a_stage_of_the_other_kind_is_refused_by_name(client: FlaskClient, index: Any, sent: list[Any]) -> None:
    refused = client.post(ADDRESS, json={"from": "embed"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not-ready")
    assert "is a photo, and embed is a stage of a recording" in refused.get_json()["detail"]
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view()
    assert client.post(ADDRESS, json={"from": "classify"}).status_code == 409
    assert sent == []


@pytest.mark.usefixtures("photo")
def test_a_photo_without_an_answer_is_not_processed_again(client: FlaskClient, index: Any, sent: list[Any]) -> None:
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view(kind="photo", status="failed", has_transcript=False)
    index.answers[f"/internal/v1/jobs/{JOB_ID}"] = job_view("failed")
    answer = client.post(ADDRESS, json={"from": "classify"})
    assert (answer.status_code, answer.get_json()["code"], sent) == (409, "not-ready", [])


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({f"/internal/v1/jobs/{JOB_ID}": job_view("running")}, 409, "job-running"),
        ({f"/internal/v1/media/{MEDIA_ID}": media_view(has_transcript=False)}, 409, "not-ready"),
        ({f"/internal/v1/media/{MEDIA_ID}": "gone"}, 410, "gone"),
        ({f"/internal/v1/media/{MEDIA_ID}": "not-found"}, 404, "not-found"),
    ],
)
def test_what_cannot_be_processed_again_is_said(
    client: FlaskClient, index: Any, sent: list[Any], changes: dict[str, Any], status: int, code: str
) -> None:
    index.answers |= changes
    answer = client.post(ADDRESS, json={"from": "transcribe"})
    assert (answer.status_code, answer.get_json()["code"], sent) == (status, code, [])


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"from": "store"},
        {"from": "embed", "more": 1},
        {"from": "embed", "replace_captions": 1},
        ["embed"],
        {"from": ["embed"]},
        {"from": "embed", "region": "kr"},
        {"from": "guidance", "region": "No Such"},
        {"from": "guidance", "region": 5},
        {"from": "guidance", "language": "tlh"},
        {"from": "classify", "replace_captions": True},
    ],
)
def test_another_body_is_refused(client: FlaskClient, sent: list[Any], body: Any) -> None:
    answer = client.post(ADDRESS, json=body)
    assert (answer.status_code, answer.get_json()["code"], sent) == (422, "invalid-field", [])
