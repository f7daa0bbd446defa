"""A file in parts against a real store, by signed links and through the gateway alike."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys, identity
from winnow_contracts.uploads import KEPT_MS
from winnow_gateway.dependencies import Dependencies

from ..pictures import png
from ..sounds import wav
from .conftest import FILE, PART, Sender


def numbers(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [part["n"] for part in answer.get_json()["parts"]]


def nothing_is_kept(parts: Dependencies) -> bool:
    return not list(parts.objects.keys("")) and not list(parts.objects.parts.unfinished())


def test_a_file_that_was_cut_twice_goes_on_and_becomes_a_job(
    sender: Sender, client: FlaskClient, parts: Dependencies, jobs: dict[str, Any], public: bool
) -> None:
    declared = sender.declare(language="ko", metadata={"course": 7}, not_before="2027-01-01T00:00:00Z")
    assert declared.status_code == 201
    upload = declared.get_json()
    here = declared.headers["Location"]
    assert here == upload["links"]["self"] == f"/v1/uploads/{upload['id']}"
    assert (upload["status"], upload["method"], upload["part_count"]) == ("pending", "multipart", 3)
    assert [part["size_bytes"] for part in upload["parts"]] == [PART, PART, len(FILE) - 2 * PART]
    assert all(part["url"].startswith("http://" if public else "/v1/uploads/") for part in upload["parts"])
    marks = {2: sender.put(upload["parts"][1])}

    again = sender.declare(language="ko", metadata={"course": 7}, not_before="2027-01-01T00:00:00Z")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert again.get_json()["id"] == upload["id"]
    assert numbers(client.get(here)) == [2]
    fresh = client.post(f"{here}/parts", json={"numbers": [3, 1, 1]}).get_json()["parts"]
    assert [part["n"] for part in fresh] == [1, 3]
    marks[1] = sender.put(fresh[0])

    early = client.post(f"{here}/complete", json={})
    assert (early.status_code, early.get_json()["code"]) == (422, "size-mismatch")
    assert "1 of 3 parts" in early.get_json()["detail"]
    assert numbers(client.get(here)) == [1, 2]
    marks[3] = sender.put(fresh[1])

    body = {"parts": [{"n": number, "etag": mark} for number, mark in marks.items()]}
    answer = client.post(f"{here}/complete", json=body)
    assert answer.status_code == 202, answer.text
    accepted = answer.get_json()
    assert answer.headers["Location"] == accepted["links"]["job"] == f"/v1/jobs/{accepted['job_id']}"
    assert int(answer.headers["Retry-After"]) >= 1
    job = jobs[accepted["job_id"]]
    assert (job.command.filename, job.command.language, job.command.size_bytes) == ("My talk.wav", "ko", len(FILE))
    assert (job.accepted.title, job.accepted.content_type) == ("My talk", "audio/wav")
    assert job.accepted.options.metadata == {"course": 7}
    assert job.accepted.options.not_before_ms > 0
    assert parts.objects.get_bytes(job.command.original_key) == FILE
    assert job.command.original_key.startswith(f"in/t/default/{accepted['media_id']}/")

    repeat = client.post(f"{here}/complete", json=body)
    assert (repeat.status_code, repeat.get_json()) == (202, accepted)
    assert repeat.headers["Idempotency-Replayed"] == "true"
    assert len(jobs) == 1
    shown = client.get(here).get_json()
    assert (shown["status"], shown["job_id"], shown["media_id"]) == (
        "completed",
        accepted["job_id"],
        accepted["media_id"],
    )
    replayed = sender.declare(language="ko", metadata={"course": 7}, not_before="2027-01-01T00:00:00Z")
    assert (replayed.status_code, replayed.get_json()["status"]) == (201, "completed")
    assert sender.declare(language="en").get_json()["code"] == "idempotency-mismatch"
    assert client.delete(here).status_code == 409
    assert list(parts.objects.keys("uploading/")) == []
    assert list(parts.objects.parts.unfinished()) == []


def test_a_part_may_be_sent_again_and_the_one_that_is_meant_counts(
    sender: Sender, client: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    upload = sender.declare().get_json()
    old = sender.put_bytes(upload["parts"][0]["url"], bytes(PART))
    marks = {part["n"]: sender.put(part) for part in upload["parts"]}
    assert old != marks[1]
    body = {"parts": [{"n": number, "etag": mark} for number, mark in marks.items()]}
    wrong = {"parts": [*body["parts"][1:], {"n": 1, "etag": "0" * 32}]}
    refused = client.post(upload["links"]["complete"], json=wrong)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "size-mismatch")
    assert client.post(upload["links"]["complete"], json=body).status_code == 202
    (job,) = jobs.values()
    assert parts.objects.get_bytes(job.command.original_key) == FILE


def test_an_upload_that_is_given_up_leaves_nothing(sender: Sender, client: FlaskClient, parts: Dependencies) -> None:
    upload = sender.declare().get_json()
    sender.put(upload["parts"][0])
    assert client.delete(upload["links"]["self"]).status_code == 204
    assert nothing_is_kept(parts)
    for answer in (
        client.get(upload["links"]["self"]),
        client.delete(upload["links"]["self"]),
        client.post(upload["links"]["parts"], json={"numbers": [1]}),
        client.post(upload["links"]["complete"], json={}),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")
    assert sender.whole().status_code == 202


def test_what_is_no_recording_is_found_out_at_the_end_and_removed(
    sender: Sender, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    answer = sender.whole(b"just some text " * 800_000)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported-type")
    assert nothing_is_kept(parts)
    assert jobs == {}


def test_a_small_photo_goes_as_one_object_where_the_store_is_reached(
    sender: Sender, client: FlaskClient, parts: Dependencies, jobs: dict[str, Any], public: bool
) -> None:
    data = png()
    wishes = {"kind": "photo", "filename": "can.png", "content_type": "image/png", "region": "kr", "sha256": "a" * 64}
    upload = sender.declare(data, **wishes).get_json()
    assert upload["method"] == ("single" if public else "multipart")
    if public:
        assert sender.post_form(upload, data + b"more") == 400
        assert sender.post_form(upload, data[:-1]) == 400
        early = client.post(upload["links"]["complete"], json={})
        assert (early.status_code, early.get_json()["code"]) == (422, "size-mismatch")
    answer = sender.whole(data, **wishes)
    assert answer.status_code == 202, answer.text
    accepted = answer.get_json()
    assert accepted["links"]["photo"] == f"/v1/photos/{accepted['media_id']}"
    (job,) = jobs.values()
    assert (job.command.region, job.command.sha256, job.accepted.kind) == ("kr", "a" * 64, "photo")
    assert parts.objects.get_bytes(job.command.original_key) == data


def test_an_upload_has_a_day(
    sender: Sender, client: FlaskClient, parts: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = sender.declare().get_json()
    sender.put(upload["parts"][0])
    from winnow_uploads import open_uploads

    now_ms = open_uploads.now_ms
    monkeypatch.setattr(open_uploads, "now_ms", lambda: now_ms() + KEPT_MS + 1)
    for answer in (client.get(upload["links"]["self"]), client.post(upload["links"]["complete"], json={})):
        assert (answer.status_code, answer.get_json()["code"]) == (410, "upload-expired")
    monkeypatch.setattr(open_uploads, "now_ms", now_ms)
    assert numbers(client.get(upload["links"]["self"])) == [1]
    monkeypatch.setattr(open_uploads, "now_ms", lambda: now_ms() + KEPT_MS + 1)
    assert sender.declare().status_code == 201
    monkeypatch.setattr(open_uploads, "now_ms", now_ms)
    assert numbers(client.get(upload["links"]["self"])) == []
    assert len(list(parts.objects.parts.unfinished())) == 1


def test_a_completion_that_broke_off_after_the_store_had_it_goes_on(
    sender: Sender, client: FlaskClient, parts: Dependencies, jobs: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from winnow_contracts.errors import Unavailable

    upload = sender.declare().get_json()
    for part in upload["parts"]:
        sender.put(part)
    get_bytes = parts.objects.get_bytes

    def breaks(*_: Any) -> bytes:
        raise Unavailable("the store is away", dependency="s3")

    monkeypatch.setattr(parts.objects, "get_bytes", breaks)
    assert client.post(upload["links"]["complete"], json={}).status_code == 503
    monkeypatch.setattr(parts.objects, "get_bytes", get_bytes)
    assert numbers(client.get(upload["links"]["self"])) == [1, 2, 3]
    assert client.post(upload["links"]["complete"], json={}).status_code == 202
    assert len(jobs) == 1


def test_a_full_lane_keeps_what_was_sent(sender: Sender, client: FlaskClient, parts: Dependencies) -> None:
    upload = sender.declare().get_json()
    for part in upload["parts"]:
        sender.put(part)
    intake: Any = parts.intake
    intake.full["media.examine"] = 7
    assert client.post(upload["links"]["complete"], json={}).status_code == 429
    assert sender.declare(key="another").status_code == 429
    intake.full.clear()
    assert client.post(upload["links"]["complete"], json={}).status_code == 202


def test_the_key_of_a_deleted_recording_takes_no_bytes(sender: Sender, index: Any) -> None:
    made = sender.whole().get_json()
    index.answers[f"/internal/v1/jobs/{made['job_id']}"] = "gone"
    again = sender.declare()
    assert (again.status_code, again.get_json()["code"]) == (410, "gone")


def test_another_tenant_sees_nothing_of_it(
    sender: Sender, client: FlaskClient, app: Any, key: api_keys.ApiKey, give_keys: Any
) -> None:
    other = api_keys.generate()
    give_keys((key, "default", ["read", "write"], False), (other, "other", ["write"], False))
    open_upload, done = sender.declare().get_json(), sender.whole(key="done").get_json()
    stranger = app.test_client()
    stranger.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {other.text()}"
    for upload_id in (open_upload["id"], identity.keyed_upload_id(done["job_id"])):
        here = f"/v1/uploads/{upload_id}"
        assert stranger.get(here).status_code == 404
        assert stranger.delete(here).status_code == 404
        assert stranger.put(f"{here}/parts/1", data=b"x").status_code == 404
        assert stranger.post(f"{here}/parts", json={"numbers": [1]}).status_code == 404
        assert stranger.post(f"{here}/complete", json={}).status_code == 404


@pytest.mark.parametrize("size", [len(wav()), PART - 1])
def test_a_file_of_one_part_needs_no_more(sender: Sender, jobs: dict[str, Any], size: int) -> None:
    assert sender.whole((wav() + bytes(PART))[:size]).status_code == 202
    assert [job.command.size_bytes for job in jobs.values()] == [size]
