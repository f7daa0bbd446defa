import hashlib
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import identity
from winnow_contracts.errors import Conflict
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.uploads.idempotency import only_one

from .index_answers import JOB_ID, hits, job_view
from .sounds import wav


def test_a_raw_body_is_stored_and_accepted_as_a_job(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    data = wav()
    answer = client.post("/v1/media?filename=My%20talk.wav&language=en", data=data)
    assert answer.status_code == 202
    body = answer.get_json()
    assert body["status"] == "queued"
    assert answer.headers["Location"] == body["links"]["job"] == f"/v1/jobs/{body['job_id']}"
    assert int(answer.headers["Retry-After"]) >= 1
    job = jobs[body["job_id"]]
    assert (job.command.filename, job.command.language, job.command.size_bytes) == ("My talk.wav", "en", len(data))
    assert (job.accepted.title, job.accepted.content_type) == ("My talk", "audio/wav")
    assert job.accepted.sha256 == hashlib.sha256(data).hexdigest()
    assert parts.objects.get_bytes(job.command.original_key) == data
    assert job.command.original_key.startswith(f"in/t/default/{body['media_id']}/")


def test_a_job_just_accepted_can_be_read_at_once(client: FlaskClient) -> None:
    body = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
    job = client.get(f"/v1/jobs/{body['job_id']}").get_json()
    assert job["status"] == "queued"
    assert [stage["status"] for stage in job["stages"]] == ["waiting"] * 5
    assert client.get(f"/v1/media/{body['media_id']}").get_json()["status"] == "processing"
    transcript = client.get(f"/v1/media/{body['media_id']}/transcript")
    assert (transcript.status_code, transcript.get_json()["code"]) == (409, "not-ready")


def test_a_form_is_accepted_too(client: FlaskClient, jobs: dict[str, Any]) -> None:
    form = {"file": (io.BytesIO(wav()), "form.wav"), "language": "ko"}
    answer = client.post("/v1/media", data=form)
    assert answer.status_code == 202
    command = jobs[answer.get_json()["job_id"]].command
    assert (command.filename, command.language) == ("form.wav", "ko")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "empty-file"),
        (b"just some text " * 90, 415, "unsupported-type"),
        (b"\0" * 100, 415, "unsupported-type"),
    ],
)
def test_what_is_no_recording_is_refused_before_anything_is_stored(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any], data: bytes, status: int, code: str
) -> None:
    answer = client.post("/v1/media?filename=film.mp4", data=data)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert list(parts.objects.keys("")) == []
    assert jobs == {}


def test_an_announced_size_over_the_limit_is_refused_with_the_limit(client: FlaskClient) -> None:
    answer = client.post("/v1/media?filename=a.wav", environ_overrides={"CONTENT_LENGTH": "1000001"})
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too-large")
    assert answer.get_json()["errors"][0]["max_bytes"] == 1_000_000


def test_a_chunked_body_is_cut_at_the_limit_and_nothing_is_kept(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    answer = client.post(
        "/v1/media?filename=a.wav",
        input_stream=io.BytesIO(wav(60)),
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too-large")
    assert list(parts.objects.keys("")) == []
    assert jobs == {}


def test_fewer_bytes_than_announced_are_a_mismatch_and_nothing_is_kept(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    answer = client.post(
        "/v1/media?filename=a.wav", input_stream=io.BytesIO(wav()), environ_overrides={"CONTENT_LENGTH": "500000"}
    )
    assert (answer.status_code, answer.get_json()["code"]) == (422, "size-mismatch")
    assert list(parts.objects.keys("")) == []
    assert jobs == {}


def test_a_form_over_its_limit_is_refused(client: FlaskClient) -> None:
    answer = client.post("/v1/media", data={"file": (io.BytesIO(wav(9)), "long.wav")})
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too-large")
    assert answer.get_json()["errors"][0]["max_bytes"] == 200_000


@pytest.mark.parametrize(
    "address",
    ["/v1/media", "/v1/media?filename=", "/v1/media?filename=a.wav&language=english", "/v1/media?filename=a&x=1"],
)
def test_bad_fields_are_refused_by_name(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data=wav())
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    assert answer.get_json()["errors"][0]["pointer"].startswith("?")


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("language", ["xx", "KO", "ko-KR", "korean", "", "e", "zzz", "jv"])
def test_a_language_no_model_knows_is_refused_before_the_body_is_read(client: FlaskClient, language: str) -> None:
    answer = client.post(
        f"/v1/media?filename=a.wav&language={language}",
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": "1000"},
    )
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    assert answer.get_json()["errors"][0]["pointer"] == "?language"
    assert "en, " in answer.get_json()["detail"]
    form = client.post("/v1/media", data={"file": (io.BytesIO(wav()), "a.wav"), "language": language or "xx"})
    assert (form.status_code, form.get_json()["errors"][0]["pointer"]) == (422, "#/language")


@pytest.mark.parametrize("language", ["en", "ko", "yue", "haw", "jw", "nn"])
def test_every_language_of_the_model_can_be_asked_for(
    client: FlaskClient, index: Any, jobs: dict[str, Any], language: str
) -> None:
    answer = client.post(f"/v1/media?filename=a.wav&language={language}", data=wav())
    assert answer.status_code == 202
    assert jobs[answer.get_json()["job_id"]].command.language == language
    index.answers["/internal/v1/search"] = hits()
    assert client.get(f"/v1/search?q=a&mode=words&language={language}").status_code == 200


def test_an_audio_track_can_be_asked_for(client: FlaskClient, jobs: dict[str, Any]) -> None:
    raw = client.post("/v1/media?filename=a.wav&audio_track=2", data=wav())
    form = client.post("/v1/media", data={"file": (io.BytesIO(wav()), "b.wav"), "audio_track": "3"})
    asked = [jobs[answer.get_json()["job_id"]].command.audio_track for answer in (raw, form)]
    assert asked == [2, 3]
    refused = client.post("/v1/media?filename=a.wav&audio_track=0", data=wav())
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "?audio_track")


def test_a_form_without_its_file_is_refused(client: FlaskClient) -> None:
    answer = client.post("/v1/media", data={"other": (io.BytesIO(wav()), "a.wav")})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")


def test_the_same_key_gives_the_same_job_and_stores_once(client: FlaskClient, jobs: dict[str, Any]) -> None:
    headers = {"Idempotency-Key": '"once"'}
    first = client.post("/v1/media?filename=a.wav", data=wav(), headers=headers)
    again = client.post("/v1/media?filename=a.wav", data=wav(), headers={"Idempotency-Key": "once"})
    assert first.status_code == again.status_code == 202
    assert first.get_json() == again.get_json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(jobs) == 1


def test_a_key_that_only_index_knows_is_a_replay_too(client: FlaskClient, index: Any, jobs: dict[str, Any]) -> None:
    job_id = identity.keyed_job_id("default", "POST /v1/media", "k")
    index.answers[f"/internal/v1/jobs/{job_id}"] = job_view(id=job_id)
    answer = client.post("/v1/media?filename=a.wav", data=wav(), headers={"Idempotency-Key": "k"})
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert answer.get_json()["job_id"] == job_id
    assert jobs == {}


@pytest.mark.parametrize("change", [{"data": wav(0.2)}, {"query_string": {"filename": "b.wav"}}])
def test_the_same_key_with_another_upload_is_refused(client: FlaskClient, change: dict[str, Any]) -> None:
    request: dict[str, Any] = {
        "data": wav(),
        "query_string": {"filename": "a.wav"},
        "headers": {"Idempotency-Key": "k"},
    }
    client.post("/v1/media", **request)
    answer = client.post("/v1/media", **{**request, **change})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-mismatch")


def test_a_second_request_while_the_first_is_answered_is_told_to_wait(client: FlaskClient, parts: Dependencies) -> None:
    job_id = identity.keyed_job_id("default", "POST /v1/media", "k")
    with only_one(parts.data_dir / "keyed", job_id):
        answer = client.post("/v1/media?filename=a.wav", data=wav(), headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency-in-progress")


def test_two_tenants_with_the_same_key_have_two_jobs() -> None:
    assert identity.keyed_job_id("a", "r", "k") != identity.keyed_job_id("b", "r", "k")


def test_a_lock_of_a_key_is_free_again_after_a_failure_and_leaves_no_file(parts: Dependencies) -> None:
    with pytest.raises(RuntimeError), only_one(parts.data_dir / "keyed", JOB_ID):
        raise RuntimeError
    assert list((parts.data_dir / "keyed").iterdir()) == []
    free = threading.Event()
    with only_one(parts.data_dir / "keyed", JOB_ID):
        free.set()
    assert free.is_set()


def test_of_many_requests_with_a_key_one_at_a_time_holds_it_though_its_file_comes_and_goes(tmp_path: Path) -> None:
    inside, held, most = [], 0, 0

    def ask() -> None:
        nonlocal held, most
        for _ in range(300):
            with suppress(Conflict), only_one(tmp_path, JOB_ID):
                inside.append(1)
                held, most = held + 1, max(most, len(inside))
                time.sleep(0.0001)
                inside.pop()

    with ThreadPoolExecutor(6) as threads:
        for one in [threads.submit(ask) for _ in range(6)]:
            one.result(60)
    assert most == 1
    assert held
    assert list(tmp_path.iterdir()) == []
