"""What the client sends, and what it makes of the answers."""

import json
import os
import socket
import struct
import threading
from pathlib import Path

import pytest

from winnow_client import (
    BadInput,
    Client,
    Conflict,
    Forbidden,
    Gone,
    Misconfigured,
    NotFound,
    RateLimited,
    ServerError,
    TimedOut,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
    WinnowError,
)
from winnow_client.generated.models import Job, Photo
from winnow_client.retries import NO_RETRIES

from .conftest import ACCEPTED, Script, blank, gives, hangs_up, problem


@pytest.fixture
def client(script: Script) -> Client:
    return Client(script.url, "secret", retries=NO_RETRIES)


def test_an_upload_streams_the_file_and_tells_its_progress(script: Script, client: Client, tmp_path: Path) -> None:
    script.answers = [gives(202, ACCEPTED)]
    file = tmp_path / "한국어 talk.mp4"
    file.write_bytes(b"x" * 600_000)
    told: list[tuple[int, int]] = []
    job = client.media.upload(file, on_progress=lambda sent, size: told.append((sent, size)), metadata={"a": "b"})
    assert (job.id, job.media_id) == ("job_1", "med_1")
    [asked] = script.asked
    assert asked.body == b"x" * 600_000
    assert (asked.headers["content-type"], asked.headers["content-length"]) == ("video/mp4", "600000")
    assert asked.headers["authorization"] == "Bearer secret"
    assert asked.path.endswith("%20talk.mp4&metadata=%7B%22a%22%3A%20%22b%22%7D")
    assert [sent for sent, _ in told] == sorted(sent for sent, _ in told)
    assert told[-1] == (600_000, 600_000)


def test_a_link_is_sent_as_json_with_the_options_of_its_job(script: Script, client: Client) -> None:
    script.answers = [gives(202, ACCEPTED)]
    job = client.media.fetch("https://files.example/a.mp4", title="Episode 7", key="k", metadata={"a": "b"}, track=None)
    assert (job.id, job.media_id) == ("job_1", "med_1")
    [asked] = script.asked
    assert json.loads(asked.body) == {
        "source_url": "https://files.example/a.mp4",
        "title": "Episode 7",
        "metadata": {"a": "b"},
    }
    assert (asked.path, asked.headers["content-type"]) == ("/v1/media", "application/json")
    assert asked.headers["idempotency-key"] == '"k"'


def test_a_refused_upload_gives_the_reason_though_it_was_cut_off(
    script: Script, client: Client, tmp_path: Path
) -> None:
    script.answers = [problem(413, "too-large", "Too large.", hint="Send less.")]
    file = tmp_path / "large.mp4"
    file.write_bytes(b"x" * 20_000_000)
    with pytest.raises(BadInput, match="Too large") as refused:
        client.media.upload(file)
    assert (refused.value.code, refused.value.hint) == ("too-large", "Send less.")


def test_a_file_that_becomes_shorter_is_told_of_at_once(script: Script, client: Client, tmp_path: Path) -> None:
    script.answers = [gives(202, ACCEPTED)]
    file = tmp_path / "a.wav"
    file.write_bytes(b"x" * 900_000)
    with pytest.raises(BadInput, match="became shorter") as told:
        client.media.upload(file, on_progress=lambda sent, size: os.truncate(file, 100_000))
    assert told.value.code == "size-mismatch"


def test_a_file_that_grows_is_sent_as_long_as_it_was_announced(script: Script, client: Client, tmp_path: Path) -> None:
    script.answers = [gives(202, ACCEPTED)]
    file = tmp_path / "a.wav"
    file.write_bytes(b"x" * 100_000)

    def grow(sent: int, size: int) -> None:
        with file.open("ab") as more:
            more.write(b"y" * 100_000)

    assert client.media.upload(file, on_progress=grow).id == "job_1"
    assert script.asked[0].body == b"x" * 100_000


def test_a_missing_file_is_named_and_nothing_is_sent(script: Script, client: Client, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"absent\.mp4"):
        client.media.upload(tmp_path / "absent.mp4")
    assert script.asked == []


def test_each_family_of_status_is_an_error_of_its_own_with_all_that_the_problem_says(
    script: Script, client: Client
) -> None:
    families: dict[int, type[WinnowError]] = {
        400: BadInput,
        401: Unauthenticated,
        403: Forbidden,
        404: NotFound,
        408: TimedOut,
        409: Conflict,
        410: Gone,
        412: Conflict,
        413: BadInput,
        415: BadInput,
        422: BadInput,
        429: RateLimited,
        500: ServerError,
        503: Unavailable,
        504: Unavailable,
        507: ServerError,
    }
    for status, kind in families.items():
        fields = [{"pointer": "?q", "code": "invalid-field", "detail": "No."}]
        script.answers = [
            problem(status, "a-code", "Why.", hint="Do.", request_id="req_1", retryable=status == 500, errors=fields)
        ]
        with pytest.raises(WinnowError, match=r"Why\.") as raised:
            client.jobs.get("job_1")
        error = raised.value
        assert type(error) is kind, status
        assert (error.status, error.code, error.hint, error.request_id) == (status, "a-code", "Do.", "req_1")
        assert error.retryable == (status == 500)
        assert error.errors == tuple(fields)
        assert error.to_json() == {"code": "a-code", "detail": "Why.", "hint": "Do.", "retryable": status == 500}


def test_a_refusal_that_is_no_problem_is_told_by_its_status(script: Script, client: Client) -> None:
    script.answers = [gives(502, b"<html>Bad gateway")]
    with pytest.raises(Unavailable, match="status 502") as raised:
        client.get("/v1/jobs")
    assert raised.value.retryable


def test_an_answer_that_is_no_json_is_not_taken_for_winnows(script: Script, client: Client) -> None:
    script.answers = [gives(200, b"<html>")]
    with pytest.raises(UnexpectedAnswer, match="is not Winnow"):
        client.get("/nonsense")


def test_absent_values_are_left_out_of_a_query_and_mappings_are_written_key_by_key(
    script: Script, client: Client
) -> None:
    script.answers = [gives(200, {"items": [], "next_cursor": None, "degraded": []})]
    assert list(client.jobs.list(status=None, limit=3, metadata={"batch": "one two"})) == []
    assert script.asked[0].path == "/v1/jobs?limit=3&metadata.batch=one%20two"


def test_a_list_goes_on_to_its_last_page(script: Script, client: Client) -> None:
    pages = [[{"n": 1}, {"n": 2}], [], [{"n": 3}]]
    cursors = ["a", "b", None]
    script.answers = [
        gives(200, {"items": [photo(one["n"]) for one in page], "next_cursor": cursor, "degraded": []})
        for page, cursor in zip(pages, cursors, strict=True)
    ]
    assert [one.id for one in client.photos.list(limit=2)] == ["med_1", "med_2", "med_3"]
    assert [asked.path for asked in script.asked] == [
        "/v1/photos?limit=2",
        "/v1/photos?limit=2&cursor=a",
        "/v1/photos?limit=2&cursor=b",
    ]


def test_a_recording_is_deleted_once(script: Script, client: Client) -> None:
    script.answers = [gives(204, b""), problem(410, "gone", "It was deleted.")]
    client.media.delete("med_1")
    with pytest.raises(Gone, match="was deleted"):
        client.media.delete("med_1")
    assert [(asked.method, asked.path) for asked in script.asked] == [("DELETE", "/v1/media/med_1")] * 2


def test_a_photo_is_corrected_by_what_was_given_alone(script: Script, client: Client) -> None:
    script.answers = [gives(201, {"id": "fb_1", "correct_category": "glass"})]
    assert client.photos.correct("med_1", "glass", note="A jar.").correct_category == "glass"
    [asked] = script.asked
    assert (asked.method, asked.path) == ("POST", "/v1/photos/med_1/feedback")
    assert json.loads(asked.body) == {"correct_category": "glass", "note": "A jar."}


def test_recordings_and_photos_are_processed_again_by_what_was_given_alone(script: Script, client: Client) -> None:
    script.answers = [gives(202, blank(Job, id="job_1"))]
    assert client.media.reprocess("med_1").id == "job_1"
    client.media.reprocess("med_1", "transcribe", replace_captions=True)
    client.photos.reprocess("med_2", region="gb-eng")
    assert [(asked.path, json.loads(asked.body)) for asked in script.asked] == [
        ("/v1/media/med_1/reprocess", {"from": "embed"}),
        ("/v1/media/med_1/reprocess", {"from": "transcribe", "replace_captions": True}),
        ("/v1/media/med_2/reprocess", {"from": "guidance", "region": "gb-eng"}),
    ]


def test_all_that_match_are_processed_again_slice_by_slice(script: Script, client: Client) -> None:
    slices = [
        {"audit_id": 7, "done": 100, "refused": 0, "refusals": [], "next_cursor": cursor} for cursor in ("c", None)
    ]
    script.answers = [gives(200, one) for one in slices]
    assert [one.done for one in client.media.reprocess_matching({"tag": "talks"}, "embed")] == [100, 100]
    first = {"filter": {"tag": "talks"}, "from": "embed", "dry_run": False}
    assert [json.loads(asked.body) for asked in script.asked] == [first, {**first, "audit_id": 7, "cursor": "c"}]
    dry = {"audit_id": None, "done": 0, "refused": 0, "refusals": [], "next_cursor": None}
    script.answers = [gives(200, {**dry, "matches": {"value": 3, "relation": "eq"}})]
    photos = {"kind": "photo", "tag": None}
    [counted] = client.media.reprocess_matching(photos, "guidance", dry_run=True, language=None, region="gb-eng")
    wanted = {"filter": {"kind": "photo"}, "from": "guidance", "dry_run": True, "region": "gb-eng"}
    assert json.loads(script.asked[-1].body) == wanted
    assert counted.matches is not None
    assert counted.matches.value == 3


def photo(number: int) -> dict[str, object]:
    return blank(Photo, id=f"med_{number}")


def test_an_id_can_not_lead_to_another_path(script: Script, client: Client) -> None:
    script.answers = [problem(404, "not-found")]
    with pytest.raises(NotFound):
        client.jobs.get("../keys?x=1")
    assert script.asked[0].path == "/v1/jobs/..%2Fkeys%3Fx%3D1"


def test_bytes_are_sent_and_fetched_as_they_are(script: Script, client: Client) -> None:
    script.answers = [gives(202, ACCEPTED), gives(200, b"\xff\xd8")]
    sent = {"Content-Type": "application/octet-stream"}
    client.send("POST", "/v1/photos", content=b"photo", query={"filename": "a b.jpg", "region": None}, headers=sent)
    [asked] = script.asked
    assert (asked.path, asked.body) == ("/v1/photos?filename=a%20b.jpg", b"photo")
    assert asked.headers["content-type"] == "application/octet-stream"
    assert client.photos.image("med_1") == b"\xff\xd8"


def test_connections_are_kept_within_a_block_and_nowhere_else(script: Script) -> None:
    script.answers = [gives(200, {})]
    with Client(script.url, "secret") as kept:
        kept.get("/a")
        kept.get("/b")
    single = Client(script.url, "secret")
    single.get("/c")
    assert [asked.headers["connection"] for asked in script.asked] == ["keep-alive"] * 3
    assert not single._driver._http._transport._pool.connections  # type: ignore[attr-defined]


def test_a_gateway_that_is_away_is_said_to_be(script: Script) -> None:
    with pytest.raises(Unavailable, match=r"does not answer at 127\.0\.0\.1:1") as raised:
        Client("http://127.0.0.1:1", "key", retries=NO_RETRIES, hint="Start it.").get("/v1/jobs")
    assert (raised.value.hint, raised.value.status) == ("Start it.", None)
    script.answers = [hangs_up]
    with pytest.raises(Unavailable, match="does not answer"):
        Client(script.url, "key", retries=NO_RETRIES).get("/v1/jobs")


def test_a_connection_that_is_reset_while_it_is_made_is_no_answer() -> None:
    """A TLS handshake with something that hangs up."""

    def hang_up() -> None:
        connection, _ = listener.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(Unavailable, match="does not answer"):
            Client(f"https://127.0.0.1:{listener.getsockname()[1]}", "key", retries=NO_RETRIES).get("/v1/jobs")
        thread.join()


@pytest.mark.parametrize("url", ["ftp://x", "127.0.0.1:8080", "http://"])
def test_what_is_no_address_or_has_no_key_is_refused_at_once(url: str) -> None:
    with pytest.raises(Misconfigured, match="is no address"):
        Client(url, "key")
    with pytest.raises(Misconfigured, match="no API key"):
        Client("http://127.0.0.1:8080", "")


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.answers = [gives(200, {"here": True})]
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert Client(script.url, "key", retries=NO_RETRIES).get("/v1/jobs") == {"here": True}


def test_a_file_that_is_linked_to_is_fetched_without_the_key(script: Script, client: Client) -> None:
    link = script.url.replace("127.0.0.1", "localhost") + "/bucket/film?signed"
    script.answers = [gives(303, b"", Location=link), gives(200, b"film")]
    assert client.fetch("/v1/media/med_1/stream") == b"film"
    asked = [(one.path, "authorization" in one.headers) for one in script.asked]
    assert asked == [("/v1/media/med_1/stream", True), ("/bucket/film?signed", False)]
