"""Exports of one media over HTTP: what is in the ZIP file, who gets it, and what it costs the gateway."""

import http.client
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_gateway.app import create_app
from winnow_gateway.dependencies import Dependencies

from ..index_answers import JOB_ID, MEDIA_ID, TRANSCRIPT, job_view, media_view, trace_of
from ..photo_answers import photo_view
from ..real_server import Server

EXPORT = f"/v1/media/{MEDIA_ID}/export"
PHOTO_EXPORT = f"/v1/photos/{MEDIA_ID}/export"
FILM = bytes(range(256)) * 3_000


@pytest.fixture(autouse=True)
def _media(index: Any, parts: Dependencies) -> None:
    know(index)
    keys = media_view()["keys"]
    parts.objects.put_bytes(keys["original"], FILM, "video/mp4")
    parts.objects.put_bytes(keys["poster"], b"poster", "image/jpeg")
    parts.objects.put_bytes(keys["thumbnail"], b"thumbnail", "image/jpeg")


def know(index: Any, **changes: Any) -> None:
    """Tells index of the recording and its job."""
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view(**changes)
    index.answers[f"/internal/v1/media/{MEDIA_ID}/transcript"] = TRANSCRIPT
    job = job_view("done", metadata={"course": "physics"})
    index.answers[f"/internal/v1/jobs/{JOB_ID}"] = job
    index.answers[f"/internal/v1/jobs/{JOB_ID}/trace"] = trace_of(job)


def opened(answer: Any) -> zipfile.ZipFile:
    assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.data
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_a_recording_comes_with_all_that_is_known_of_it(client: FlaskClient, index: Any) -> None:
    know(index, tags=["a", "b"], filename="회의: 1.mp4", version=3)
    answer = client.get(EXPORT)
    assert "filename*=UTF-8''%ED%9A%8C%EC%9D%98%3A%201.zip" in answer.headers["Content-Disposition"]
    with opened(answer) as archive:
        forms = [f"transcript.{form}" for form in ("json", "vtt", "srt", "txt")]
        assert archive.namelist() == ["media.json", *forms, "poster.jpg", "thumbnail.jpg", "original/회의_ 1.mp4"]
        assert archive.testzip() is None
        about = json.loads(archive.read("media.json"))
        assert archive.read("original/회의_ 1.mp4") == FILM
        assert archive.read("poster.jpg") == b"poster"
        assert json.loads(archive.read("transcript.json")) == {**TRANSCRIPT, "source": "speech"}
        assert archive.read("transcript.vtt").startswith(b"WEBVTT\n")
    assert about["winnow_export"] == 1
    assert (about["media"]["tags"], about["media"]["version"]) == (["a", "b"], 3)
    assert about["job"]["metadata"] == {"course": "physics"}
    assert about["files"] == archive.namelist()[1:]
    assert "keys" not in about["media"], "names of objects in the store are nobody's business"


def test_it_comes_without_the_original_where_that_is_asked(client: FlaskClient) -> None:
    with opened(client.get(f"{EXPORT}?original=false")) as archive:
        assert "poster.jpg" in archive.namelist()
        assert not [name for name in archive.namelist() if name.startswith("original/")]


def test_a_photo_comes_with_its_answer_at_both_addresses(client: FlaskClient, index: Any, parts: Dependencies) -> None:
    view = photo_view()
    keys = view["keys"]
    for name, key in keys.items():
        parts.objects.put_bytes(key, name.encode(), "image/jpeg")
    know(index, kind="photo", filename="can.jpg", has_transcript=False, keys={"original": keys["original"]})
    index.answers[f"/internal/v1/photos/{MEDIA_ID}"] = view
    for address in (PHOTO_EXPORT, EXPORT):
        answer = client.get(address)
        assert "where" in answer.headers["Winnow-Warning"]
        with opened(answer) as archive:
            assert archive.namelist() == ["media.json", "image.jpg", "thumbnail.jpg", "original/can.jpg"]
            about = json.loads(archive.read("media.json"))
        assert about["photo"]["classification"]["items"][0]["item"] == "pet_bottle"
    assert "Winnow-Warning" not in client.get(f"{PHOTO_EXPORT}?original=false").headers


def test_a_failed_recording_comes_with_its_history_and_without_its_files(client: FlaskClient, index: Any) -> None:
    know(index, status="failed", has_transcript=False)
    with opened(client.get(EXPORT)) as archive:
        assert archive.namelist() == ["media.json"]


@pytest.mark.parametrize(
    ("changes", "status", "code"), [({"status": "processing"}, 409, "not-ready"), ({}, 404, "not-found")]
)
def test_what_can_not_be_exported_is_a_problem(
    client: FlaskClient, index: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    know(index, **changes)
    answer = client.get(EXPORT if changes else PHOTO_EXPORT)  # a recording has no address among the photos
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_an_object_that_is_gone_is_a_problem_in_place_of_half_a_file(client: FlaskClient, parts: Dependencies) -> None:
    parts.objects.remove(media_view()["keys"]["original"])
    assert client.get(EXPORT).status_code == 404


def test_index_away_is_said_before_anything_is_sent(client: FlaskClient, index: Any) -> None:
    index.answers[f"/internal/v1/jobs/{JOB_ID}/trace"] = "unavailable"
    assert client.get(EXPORT).status_code == 503


def test_a_name_of_signs_alone_does_not_lead_out_of_its_folder(client: FlaskClient, index: Any) -> None:
    know(index, filename="..")
    with opened(client.get(EXPORT)) as archive:
        assert archive.namelist()[-1] == f"original/{MEDIA_ID}"


def test_a_long_name_is_cut_and_keeps_its_ending(client: FlaskClient, index: Any) -> None:
    know(index, filename=f"{'회' * 250}.mp4")
    with opened(client.get(EXPORT)) as archive:
        name = archive.namelist()[-1].removeprefix("original/")
    assert name.endswith("회.mp4")
    assert 190 < len(name.encode()) <= 200


def test_asking_for_the_head_sends_nothing(client: FlaskClient) -> None:
    answer = client.head(EXPORT)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"", "application/zip")


def test_a_key_has_only_so_many_exports_open(settings: Any, parts: Dependencies, key: Any) -> None:
    client = create_app(replace(settings), parts).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    waiting = [client.get(EXPORT, buffered=False) for _ in range(4)]
    refused = client.get(EXPORT)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate-limited")
    waiting[0].close()
    with opened(client.get(EXPORT)) as archive:
        assert archive.testzip() is None
    for one in waiting[1:]:
        one.close()


@pytest.mark.timeout(200)
def test_a_large_original_passes_the_real_server_in_little_memory(server: Server, index: Any) -> None:
    know(index, keys={"original": "ok/t/default/x/original"})  # of 1 GiB, as this server's store has it
    before = server.peak_bytes()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", EXPORT, headers={"Authorization": f"Bearer {server.key}"})
    answer = connection.getresponse()
    size, tail = 0, b""
    while block := answer.read(1 << 20):
        size, tail = size + len(block), (tail + block)[-200:]
    connection.close()
    assert size > 1 << 30
    assert b"PK\x05\x06" in tail, "the directory at the end is missing"
    assert server.peak_bytes() - before < 48 << 20
