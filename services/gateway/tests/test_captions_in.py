"""Captions that come with a recording, in a form or beside an upload in parts, and those that replace a text later."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_captions.reading import MOST_BYTES
from winnow_contracts.captions import Captions, Cue
from winnow_contracts.commands import ReplayTask, Reprocess
from winnow_contracts.json_codec import from_json
from winnow_gateway.dependencies import Dependencies

from .index_answers import JOB_ID, MEDIA_ID, TRANSCRIPT, job_view, media_view
from .pictures import png
from .sounds import wav

SRT = "1\n00:00:01,000 --> 00:00:02,500\n안녕하세요 <i>여러분</i>\n".encode()
READ = Captions(language="ko", cues=(Cue(start_ms=1000, end_ms=2500, text="안녕하세요 여러분"),))
LATER = f"/v1/media/{MEDIA_ID}/captions"


def form(captions: bytes = SRT, name: str = "talk.ko.srt", **fields: Any) -> dict[str, Any]:
    return {"file": (io.BytesIO(wav()), "talk.wav"), "captions": (io.BytesIO(captions), name), **fields}


def kept(parts: Dependencies, key: str) -> Captions:
    return from_json(Captions, parts.objects.get_json(key))


def test_a_form_brings_captions_and_only_their_key_travels(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    answer = client.post("/v1/media", data=form())
    assert answer.status_code == 202, answer.text
    command = jobs[answer.get_json()["job_id"]].command
    assert kept(parts, command.captions_key) == READ
    assert command.captions_key.startswith(f"in/t/default/{command.media_id}/captions-")


def test_a_form_without_captions_has_none(client: FlaskClient, jobs: dict[str, Any]) -> None:
    for data in (form(b"", ""), {"file": (io.BytesIO(wav()), "talk.wav")}):
        answer = client.post("/v1/media", data=data)
        assert jobs[answer.get_json()["job_id"]].command.captions_key is None


def test_the_spoken_language_is_the_captions_where_their_name_says_none(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    answer = client.post("/v1/media", data=form(name="talk.srt", language="fr"))
    assert kept(parts, jobs[answer.get_json()["job_id"]].command.captions_key).language == "fr"


@pytest.mark.parametrize(
    ("captions", "name", "status", "code", "line"),
    [
        (b"1\n00:00:01,000 --> soon\nhi\n", "a.srt", 422, "invalid-captions", 2),
        (b"no header", "a.vtt", 422, "invalid-captions", 1),
        (b"", "a.vtt", 422, "empty-file", None),
        (SRT, "a.txt", 415, "unsupported-type", None),
    ],
)
def test_wrong_captions_are_refused_with_their_line_and_nothing_is_kept(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any], captions: bytes, name: str, status: int, code: str,
    line: int | None,
) -> None:  # fmt: skip
    answer = client.post("/v1/media", data=form(captions, name))
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    (error,) = answer.get_json()["errors"]
    assert (error["pointer"], error.get("line")) == ("#/captions", line)
    assert jobs == {}
    assert list(parts.objects.keys("in/")) == []


def test_two_captions_and_captions_of_a_photo_are_refused(client: FlaskClient, jobs: dict[str, Any]) -> None:
    two = [(io.BytesIO(SRT), "a.srt"), (io.BytesIO(SRT), "b.srt")]
    assert client.post("/v1/media", data={**form(), "captions": two}).status_code == 422
    photo = {"file": (io.BytesIO(png()), "a.png"), "captions": (io.BytesIO(SRT), "a.srt")}
    assert client.post("/v1/photos", data=photo).status_code == 422
    assert jobs == {}


def test_the_same_key_is_the_same_recording_with_the_same_captions(client: FlaskClient, jobs: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "k"}
    first = client.post("/v1/media", data=form(), headers=key)
    again = client.post("/v1/media", data=form(), headers=key)
    assert (again.get_json(), again.headers["Idempotency-Replayed"]) == (first.get_json(), "true")
    for other in (form(SRT.replace(b"2,500", b"2,600")), {"file": (io.BytesIO(wav()), "talk.wav")}):
        assert client.post("/v1/media", data=other, headers=key).get_json()["code"] == "idempotency-mismatch"
    assert len(jobs) == 1


class InParts:
    def __init__(self, client: FlaskClient, **changes: Any) -> None:
        self.client = client
        self.body = {"kind": "av", "filename": "talk.wav", "size_bytes": len(wav()), **changes}
        self.upload = self.declare().get_json()
        self.address = f"{self.upload['links']['self']}/captions"

    def declare(self) -> Any:
        return self.client.post("/v1/uploads", json=self.body, headers={"Idempotency-Key": "k"})

    def put(self, data: bytes = SRT, name: str = "talk.ko.srt") -> Any:
        return self.client.put(f"{self.address}?filename={name}", data=data)

    def complete(self) -> Any:
        self.client.put(self.upload["parts"][0]["url"], data=wav())
        return self.client.post(self.upload["links"]["complete"], json={})


def test_captions_are_sent_before_an_upload_in_parts_is_completed(
    client: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    sending = InParts(client, language="en")
    assert sending.put(b"1\n00:00:01,000 --> 00:00:02,000\nother\n").status_code == 200
    answer = sending.put()
    assert (answer.status_code, answer.get_json()) == (200, {"language": "ko", "cues": 1, "ends_ms": 2500})
    assert sending.declare().get_json()["id"] == sending.upload["id"]
    accepted = sending.complete()
    command = jobs[accepted.get_json()["job_id"]].command
    assert kept(parts, command.captions_key) == READ
    assert len(list(parts.objects.keys(f"in/t/default/{command.media_id}/captions-"))) == 1
    assert sending.declare().get_json()["status"] == "completed"
    late = sending.put()
    assert (late.status_code, late.get_json()["code"]) == (409, "already-ended")


def test_an_upload_that_is_given_up_leaves_no_captions(client: FlaskClient, parts: Dependencies) -> None:
    sending = InParts(client)
    sending.put()
    assert client.delete(sending.upload["links"]["self"]).status_code == 204
    assert list(parts.objects.keys("in/")) == []
    assert sending.put().status_code == 404


def test_wrong_captions_leave_an_upload_as_it_was(client: FlaskClient, jobs: dict[str, Any]) -> None:
    sending = InParts(client)
    refused = sending.put(b"hello", "a.srt")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "invalid-captions")
    assert refused.get_json()["errors"][0]["line"] == 1
    assert sending.put(b"x" * (MOST_BYTES + 1)).status_code == 413
    assert jobs[sending.complete().get_json()["job_id"]].command.captions_key is None


def test_a_photo_in_parts_has_no_captions(client: FlaskClient) -> None:
    refused = InParts(client, kind="photo", filename="a.png").put()
    assert (refused.status_code, refused.get_json()["code"]) == (415, "unsupported-type")


@pytest.fixture
def served(index: Any) -> None:
    index.answers |= {
        f"/internal/v1/media/{MEDIA_ID}": media_view(has_transcript=False),
        f"/internal/v1/media/{MEDIA_ID}/transcript": TRANSCRIPT,
        f"/internal/v1/jobs/{JOB_ID}": job_view("done", run=2),
        "/internal/v1/audit": {"audit_id": 1},
    }


@pytest.mark.usefixtures("served")
def test_captions_replace_the_text_of_a_finished_recording_also_of_a_silent_one(
    client: FlaskClient, parts: Dependencies, sent: list[Any]
) -> None:
    answer = client.put(f"{LATER}/ko", data=SRT)
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/jobs/{JOB_ID}")
    ((command, run),) = sent
    assert isinstance(command, ReplayTask)
    assert (command.reprocess, command.expected_run, run) == (Reprocess.EMBED, 2, 3)
    assert command.captions_key is not None
    assert kept(parts, command.captions_key) == READ


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("address", "changes", "status", "code"),
    [
        (f"{LATER}/xx", {}, 404, "not-found"),
        (f"{LATER}/ko", {f"/internal/v1/jobs/{JOB_ID}": job_view("running")}, 409, "job-running"),
        (f"{LATER}/ko", {f"/internal/v1/media/{MEDIA_ID}": "gone"}, 410, "gone"),
        (f"{LATER}/ko", {f"/internal/v1/media/{MEDIA_ID}": media_view(status="failed", has_transcript=False)}, 409,
         "not-ready"),
    ],
)  # fmt: skip
def test_what_cannot_get_captions_is_said_and_nothing_is_kept(
    client: FlaskClient, index: Any, parts: Dependencies, sent: list[Any], address: str, changes: dict[str, Any],
    status: int, code: str,
) -> None:  # fmt: skip
    index.answers |= changes
    answer = client.put(address, data=SRT)
    assert (answer.status_code, answer.get_json()["code"], sent) == (status, code, [])
    assert list(parts.objects.keys("in/")) == []


@pytest.mark.usefixtures("served")
def test_a_recording_tells_of_its_captions_and_where_they_come_from(client: FlaskClient, index: Any) -> None:
    (item,) = client.get(LATER).get_json()["items"]
    assert (item["language"], item["source"], item["cues"]) == ("en", "speech", 3)
    assert client.get(item["links"]["vtt"]).data.startswith(b"WEBVTT")
    index.answers[f"/internal/v1/media/{MEDIA_ID}/transcript"] = {**TRANSCRIPT, "model": "captions"}
    assert client.get(LATER).get_json()["items"][0]["source"] == "captions"
    assert client.get(f"/v1/media/{MEDIA_ID}/transcript").get_json()["source"] == "captions"
    index.answers[f"/internal/v1/media/{MEDIA_ID}/transcript"] = {**TRANSCRIPT, "segments": []}
    assert client.get(LATER).get_json() == {"items": []}
