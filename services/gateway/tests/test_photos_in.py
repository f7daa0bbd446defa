import hashlib
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient

from winnow_base.http.long_requests import LongRequests
from winnow_base.http.pause import BODY
from winnow_contracts import identity
from winnow_contracts.commands import PreparePhoto
from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.photo_formats import MAX_BYTES
from winnow_gateway.api.upload import AcceptedUpload
from winnow_gateway.clients.keys import Principal
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Call
from winnow_gateway.http.pausing import Paused
from winnow_photos import photo_wait
from winnow_photos.photo_reads import PhotoReads
from winnow_photos.photo_wait import PhotoWait, wanted_seconds

from .index_answers import photo_job_view
from .photo_answers import photo_answer, photo_view
from .pictures import bmp, gif, jpeg_head, png
from .sounds import wav

KEY = {"Idempotency-Key": "k"}
JOB = identity.keyed_job_id("default", "POST /v1/photos", "k")
MEDIA = identity.keyed_media_id(JOB)
PATH = f"/internal/v1/photos/{MEDIA}"


def form(data: bytes = b"", name: str = "bottle.png", **fields: str) -> dict[str, Any]:
    return {"file": (io.BytesIO(data or png()), name), **fields}


def test_a_photo_is_stored_and_accepted_as_a_job(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    answer = client.post("/v1/photos", data=form(language="ko", region="gb-eng"))
    assert answer.status_code == 202
    body = answer.get_json()
    assert answer.headers["Location"] == body["links"]["job"] == f"/v1/jobs/{body['job_id']}"
    assert body["links"]["photo"] == f"/v1/photos/{body['media_id']}"
    assert "Preference-Applied" not in answer.headers
    job = jobs[body["job_id"]]
    assert job.command == PreparePhoto(
        tenant_id="default",
        job_id=body["job_id"],
        media_id=body["media_id"],
        original_key=job.accepted.original_key,
        filename="bottle.png",
        size_bytes=len(png()),
        language="ko",
        region="gb-eng",
    )
    assert (job.accepted.kind, job.accepted.title, job.accepted.content_type) == ("photo", "bottle", "image/png")
    assert job.accepted.sha256 == hashlib.sha256(png()).hexdigest()
    assert job.command.original_key.startswith(f"in/t/default/{body['media_id']}/")
    assert parts.objects.get_bytes(job.command.original_key) == png()


def test_a_raw_body_is_taken_too(client: FlaskClient, jobs: dict[str, Any]) -> None:
    answer = client.post("/v1/photos?filename=b.png&language=ko", data=png())
    command = jobs[answer.get_json()["job_id"]].command
    assert (command.filename, command.language, command.region) == ("b.png", "ko", "kr")


@pytest.mark.parametrize(("spoken", "language"), [("ko-KR,ko;q=0.9", "ko"), ("de,fr", "en"), ("", "en")])
def test_the_language_is_the_callers_where_none_is_named(
    client: FlaskClient, jobs: dict[str, Any], spoken: str, language: str
) -> None:
    answer = client.post("/v1/photos", data=form(), headers={"Accept-Language": spoken})
    assert jobs[answer.get_json()["job_id"]].command.language == language


def test_a_photo_just_accepted_can_be_read_at_once_and_while_index_is_away(client: FlaskClient, index: Any) -> None:
    body = client.post("/v1/photos", data=form()).get_json()
    client.get("/v1/photos")
    for index.down in (False, True):
        photo = client.get(f"/v1/photos/{body['media_id']}").get_json()
        assert (photo["status"], photo["classification"], photo["title"]) == ("processing", None, "bottle")
        job = client.get(f"/v1/jobs/{body['job_id']}").get_json()
        assert [stage["name"] for stage in job["stages"]] == ["prepare", "classify", "guidance", "store"]
        assert job["links"]["photo"] == f"/v1/photos/{body['media_id']}"
        for what in ("classification", "image", "thumbnail", "original"):
            refused = client.get(f"/v1/photos/{body['media_id']}/{what}")
            assert (refused.status_code, refused.get_json()["code"]) == (409, "not-ready")
    page = client.get("/v1/photos").get_json()
    assert ([item["id"] for item in page["items"]], page["degraded"]) == ([body["media_id"]], ["index_unavailable"])
    assert client.get("/v1/media").get_json()["items"][0]["play_url"] == f"/p/{body['media_id']}"


def test_a_recording_just_accepted_is_no_photo(client: FlaskClient, index: Any) -> None:
    body = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
    index.answers["/internal/v1/photos"] = {"items": [], "next_cursor": None}
    assert client.get("/v1/photos").get_json()["items"] == []
    assert client.get(f"/v1/photos/{body['media_id']}").status_code == 404


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "empty-file"),
        (b"just some text " * 90, 415, "unsupported-type"),
        (b"%PDF-1.7 " + bytes(900), 415, "unsupported-type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", 415, "unsupported-type"),
        (png(50_000, 50_000), 422, "image-too-large"),
        (png(16_385, 10), 422, "image-too-large"),
        (jpeg_head(15_000, 15_000), 422, "image-too-large"),
        (gif(20_000, 20), 422, "image-too-large"),
        (bmp(9_000, 9_000), 422, "image-too-large"),
    ],
)
def test_what_can_not_be_used_is_refused_before_anything_is_stored(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any], data: bytes, status: int, code: str
) -> None:
    answer = client.post("/v1/photos?filename=photo.jpg", data=data)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert answer.get_json()["hint"]
    assert list(parts.objects.keys("")) == []
    assert jobs == {}


def test_sides_that_the_first_bytes_do_not_tell_are_left_to_media(client: FlaskClient) -> None:
    assert client.post("/v1/photos?filename=a.jpg", data=jpeg_head(10, 10)[:30]).status_code == 202


def test_a_recording_and_a_photo_are_told_each_others_address(client: FlaskClient) -> None:
    for address, data, right in (("/v1/photos", wav(), "POST /v1/media"), ("/v1/media", png(), "POST /v1/photos")):
        answer = client.post(f"{address}?filename=a", data=data)
        assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported-type")
        assert right in answer.get_json()["hint"]


def test_too_many_bytes_are_refused_with_the_limit(client: FlaskClient, settings: Any) -> None:
    over = str(min(MAX_BYTES, settings.max_upload_bytes) + 1)
    answer = client.post("/v1/photos?filename=a.png", environ_overrides={"CONTENT_LENGTH": over})
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too-large")
    assert answer.get_json()["errors"][0]["max_bytes"] == settings.max_upload_bytes


@pytest.mark.parametrize("fields", [{"language": "de"}, {"region": "../kr"}, {"region": "K R"}])
def test_bad_wishes_are_refused_by_name(client: FlaskClient, fields: dict[str, str]) -> None:
    name = next(iter(fields))
    for answer, pointer in (
        (client.post("/v1/photos", data=form(**fields)), f"#/{name}"),
        (client.post("/v1/photos", data=png(), query_string={"filename": "a.png", **fields}), f"?{name}"),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
        assert answer.get_json()["errors"][0]["pointer"] == pointer


def test_the_same_key_is_the_same_photo_unless_something_differs(client: FlaskClient, jobs: dict[str, Any]) -> None:
    first = client.post("/v1/photos", data=form(), headers=KEY)
    again = client.post("/v1/photos", data=form(), headers=KEY)
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    for other in (form(png(41)), form(name="c.png"), form(language="ko"), form(region="gb-eng")):
        refused = client.post("/v1/photos", data=other, headers=KEY)
        assert (refused.status_code, refused.get_json()["code"]) == (422, "idempotency-mismatch")
    assert list(jobs) == [JOB]


def test_an_empty_chooser_beside_the_used_one_does_no_harm(client: FlaskClient, jobs: dict[str, Any]) -> None:
    both = [(io.BytesIO(b""), ""), (io.BytesIO(png()), "second.png")]
    answer = client.post("/v1/photos", data={"file": both, "language": "", "region": ""})
    assert jobs[answer.get_json()["job_id"]].command.filename == "second.png"


def test_an_answer_in_time_is_given_at_once(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = photo_view(id=MEDIA, job_id=JOB)
    answer = client.post("/v1/photos", data=form(), headers={**KEY, "Prefer": "wait=10"})
    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "wait=10"
    assert answer.headers["Content-Location"] == f"/v1/photos/{MEDIA}"
    assert answer.get_json() == client.get(f"/v1/photos/{MEDIA}").get_json()


def test_a_failure_in_time_is_told_with_its_problem(client: FlaskClient, index: Any) -> None:
    error = {"code": "corrupt-image", "detail": "It ends in the middle.", "hint": "Send it again."}
    index.answers[PATH] = photo_view(id=MEDIA, job_id=JOB, status="failed", answer=None)
    index.answers[f"/internal/v1/jobs/{JOB}"] = photo_job_view("failed", id=JOB, error=error)
    answer = client.post("/v1/photos", data=form(), headers={**KEY, "Prefer": "wait=10"})
    assert (answer.status_code, answer.get_json()["status"]) == (200, "failed")
    assert (answer.get_json()["error"]["code"], answer.get_json()["error"]["status"]) == ("corrupt-image", 422)


def test_a_cancellation_in_time_is_told_with_its_problem(client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = photo_view(id=MEDIA, job_id=JOB, status="failed", answer=None)
    index.answers[f"/internal/v1/jobs/{JOB}"] = photo_job_view("cancelled", id=JOB)
    answer = client.post("/v1/photos", data=form(), headers={**KEY, "Prefer": "wait=10"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (200, "already-ended")


def test_a_live_event_wakes_who_waits(
    client: FlaskClient, index: Any, parts: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_wait, "POLL_SECONDS", 60.0)
    stored = TaskEvent(
        kind=EventKind.COMPLETED,
        tenant_id="default",
        job_id=JOB,
        media_id=MEDIA,
        at_ms=1,
        node="n",
        actor="index.store_photo",
    )

    def finish() -> None:
        index.answers[PATH] = photo_view(id=MEDIA, job_id=JOB)
        parts.board.heard(stored)

    threading.Timer(0.4, finish).start()
    began = time.monotonic()
    answer = client.post("/v1/photos", data=form(), headers={**KEY, "Prefer": "wait=30"})
    assert answer.status_code == 200
    assert time.monotonic() - began < 20
    assert len(index.asked(PATH)) <= 3


def test_an_answer_too_late_is_a_202_that_says_it_waited(client: FlaskClient, index: Any) -> None:
    began = time.monotonic()
    index.down = False
    client.get("/v1/photos")
    answer = client.post("/v1/photos", data=form(), headers={**KEY, "Prefer": "wait=1"})
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/jobs/{JOB}"
    assert answer.headers["Preference-Applied"] == "wait=1"
    assert 0.9 < time.monotonic() - began < 10


def test_an_outage_of_index_leaves_the_photo_accepted(client: FlaskClient, index: Any, jobs: dict[str, Any]) -> None:
    client.get("/v1/photos")
    index.down = True
    answer = client.post("/v1/photos", data=form(), headers={**KEY, "Prefer": "wait=1"})
    assert answer.status_code == 202
    assert list(jobs) == [JOB]


def test_a_photo_is_refused_while_its_key_has_all_its_uploads_open(
    app: Flask, client: FlaskClient, index: Any, key: Any
) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            begun.release()
            go_on.wait(60)
            return super().read(size)

    def upload() -> int:
        headers = {"Authorization": f"Bearer {key.text()}", "Content-Length": str(len(wav()))}
        path = "/v1/media?filename=a.wav"
        return app.test_client().post(path, input_stream=Slow(wav()), headers=headers).status_code

    with ThreadPoolExecutor(2) as threads:
        uploads = [threads.submit(upload) for _ in range(2)]
        try:
            for _ in uploads:
                assert begun.acquire(timeout=60)
            refused = client.post("/v1/photos", data=form(), headers={"Prefer": "wait=10"})
        finally:
            go_on.set()
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate-limited")
    assert int(refused.headers["Retry-After"]) >= 1
    assert [one.result() for one in uploads] == [202, 202]
    assert client.post("/v1/photos", data=form()).status_code == 202


def test_where_a_key_has_all_its_answers_open_a_photo_is_accepted_without_a_wait(parts: Dependencies, key: Any) -> None:
    open_answers = LongRequests("waits", per_key=1, total=24)
    wait = PhotoWait(PhotoReads(parts.index, parts.intake, parts.reads), parts.board, open_answers)
    holder = Principal(tenant_id="default", key_id=key.key_id, scopes=frozenset(("write",)))
    call = Call(request=Request({}), path={}, query={}, holder=holder)
    taken = AcceptedUpload(job_id=JOB, media_id=MEDIA, replayed=False)
    with open_answers.held(key.key_id):
        assert wait.for_answer(call, taken, 10) == (None, False)


def test_a_wait_that_pauses_again_keeps_its_place_though_its_key_has_no_other(parts: Dependencies, key: Any) -> None:
    open_answers = LongRequests("waits", per_key=1, total=24)
    wait = PhotoWait(PhotoReads(parts.index, parts.intake, parts.reads), parts.board, open_answers)
    holder = Principal(tenant_id="default", key_id=key.key_id, scopes=frozenset(("write",)))
    call = Call(request=Request({BODY: object()}), path={}, query={}, holder=holder)
    taken = AcceptedUpload(job_id=JOB, media_id=MEDIA, replayed=False)
    for _ in range(3):  # handled again after each, before the server closes it
        with pytest.raises(Paused) as paused:
            wait.for_answer(call, taken, 10)
    paused.value.pause.close()
    with open_answers.held(key.key_id):
        pass


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("wait=10", 10),
        ("respond-async, wait=5", 5),
        ('Wait = "7"', 7),
        ("wait=0", 0),
        ("wait=99", 30),
        ("wait=3; foo=bar", 3),
        ("wait", None),
        ("wait=-1", None),
        ("wait=soon", None),
        ("waiting=5", None),
    ],
)
def test_the_preference_is_read_as_the_rfc_writes_it(header: str | None, seconds: int | None) -> None:
    assert wanted_seconds(header) == seconds


def test_a_wait_ends_when_the_process_does(client: FlaskClient, parts: Dependencies, index: Any) -> None:
    began = time.monotonic()
    threading.Timer(0.3, parts.board.stop).start()
    answer = client.post("/v1/photos?filename=a.png", data=png(), headers={"Prefer": "wait=30"})
    assert answer.status_code == 202
    assert 0.2 < time.monotonic() - began < 20


def test_a_wait_gives_its_slot_back(parts: Dependencies, client: FlaskClient, index: Any) -> None:
    index.answers[PATH] = photo_view(id=MEDIA, job_id=JOB, answer=photo_answer())
    for _ in range(5):
        answer = client.post("/v1/photos", data=form(), headers={**KEY, "Prefer": "wait=1"})
        assert answer.status_code == 200
