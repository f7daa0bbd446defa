"""A large file in parts, against a small server that answers like the gateway and like its store."""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import anyio
import pytest

from winnow_client import AsyncClient, BadInput, Client, Retries, Unavailable, captions_beside, parts
from winnow_client.retries import NO_RETRIES

from .conftest import job

PART = 1_000
CONTENT = bytes(range(250)) * 14  # four parts, the last of half the size
SIZE = len(CONTENT)
HASH = hashlib.sha256(CONTENT).hexdigest()
STORED: dict[str, Any] = {
    "id": "upl_x",
    "status": "already-stored",
    "kind": "av",
    "size_bytes": SIZE,
    "parts": [],
    "media_id": "med_before",
    "job_id": "job_before",
}
PLACE = re.compile(r"/(?:store|v1/uploads/(upl_\d+)/parts)/(\d+)")

Told = list[tuple[int, int]]
Send = Callable[..., tuple[Any, Told]]


class Server(ThreadingHTTPServer):
    """What was declared and sent, and what is to go wrong."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.uploads: dict[str, dict[str, Any]] = {}
        self.ids: dict[str, str] = {}
        self.puts: list[int] = []
        self.keys: list[str | None] = []
        self.failing: dict[int, list[int]] = {}
        """By part: the statuses that its next attempts are answered with."""
        self.direct = False
        self.has_marks = True
        self.captions: list[tuple[str, bytes]] = []
        self.refuses_captions = False
        self.job_status = "running"
        self.has_file = False
        """Whether the account has stored what is declared with a hash."""
        self.deleted: set[str] = set()
        """What is asked for in vain since, by path."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path.startswith("/v1/jobs/"):
            if self.path in self.server.deleted:
                return self._answer(410, {"code": "gone", "detail": "It is deleted."})
            return self._answer(200, job(self.server.job_status))
        upload_id = self.path.split("/")[3]
        stored = sorted(self.server.uploads[upload_id]["stored"].items())
        marks = {n: {"etag": f"mark-{n}"} if self.server.has_marks else {} for n, _ in stored}
        return self._upload(200, upload_id, [{"n": n, "size_bytes": len(data), **marks[n]} for n, data in stored])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        if self.path == "/v1/uploads" and self.server.has_file and "sha256" in body:
            return self._answer(201, {**STORED, "filename": body["filename"], "links": {}})
        if self.path == "/v1/uploads":
            upload_id = self.server.ids.setdefault(key, f"upl_{len(self.server.ids)}")
            if f"/v1/uploads/{upload_id}" in self.server.deleted:
                return self._answer(410, {"code": "gone", "detail": "It is deleted."})
            self.server.uploads.setdefault(upload_id, {"body": body, "stored": {}, "told": None})
            return self._upload(201, upload_id, [])
        assert key is None, "the gateway keeps an answer for each key"
        upload_id = self.path.split("/")[3]
        if self.path.endswith("/parts"):
            (number,) = body["numbers"]
            origin = f"{self.server.url}/store" if self.server.direct else self.path
            return self._upload(200, upload_id, [{"n": number, "size_bytes": 0, "url": f"{origin}/{number}?a=%2Fb"}])
        upload = self.server.uploads[upload_id]
        if upload["told"] is None:
            upload["told"] = body
        return self._answer(202, {**self._job(upload_id), "status": "queued", "links": {}})

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if "/captions?" in self.path:
            self.server.captions.append((self.path.partition("/captions?")[2], data))
            if self.server.refuses_captions:
                return self._answer(422, {"code": "invalid-captions", "detail": "Line 2 is wrong."})
            return self._answer(200, {"language": "ko", "cues": 1, "ends_ms": 1})
        found = PLACE.match(self.path)
        assert found
        assert self.path.endswith("?a=%2Fb"), "a signed address must not be changed"
        number = int(found[2])
        self.server.puts.append(number)
        self.server.keys.append(self.headers["Authorization"])
        failing = self.server.failing.get(number)
        if failing:
            return self._answer(failing.pop(0), {"code": "unavailable", "detail": "It is away."})
        self.server.uploads[found[1] or "upl_0"]["stored"][number] = data
        return self._answer(200, {}, {"ETag": f'"mark-{number}"'} if self.server.has_marks else {})

    def _job(self, upload_id: str) -> dict[str, str]:
        return {"media_id": f"med_{upload_id}", "job_id": f"job_{upload_id}"}

    def _upload(self, status: int, upload_id: str, parts: list[dict[str, Any]]) -> None:
        upload = self.server.uploads[upload_id]
        about = {"id": upload_id, "kind": "av", "filename": "talk.mp4", "size_bytes": SIZE, "parts": parts, "links": {}}
        pending = {"status": "pending", "part_size": PART, "part_count": 4}
        completed = {"status": "completed", **self._job(upload_id)}
        self._answer(status, {**about, **(pending if upload["told"] is None else completed)})

    def _answer(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(parts, "LARGE_BYTES", PART)
    monkeypatch.setattr(parts, "_RETRIES", Retries(most=2, first_seconds=0.0))
    path = tmp_path / "talk.mp4"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture(params=["sync", "async"])
def send(server: Server, request: pytest.FixtureRequest) -> Send:
    """Uploads a file, with asyncio or without; returns the job and the progress that was told."""

    def upload(file: Path, **options: Any) -> tuple[Any, Told]:
        told: Told = []

        def on_progress(sent_bytes: int, size_bytes: int) -> None:
            told.append((sent_bytes, size_bytes))

        async def uploaded() -> Any:
            async with AsyncClient(server.url, "key", retries=NO_RETRIES) as winnow:
                return await winnow.media.upload(file, on_progress=on_progress, **options)

        if request.param == "async":
            return anyio.run(uploaded), told
        winnow = Client(server.url, "key", retries=NO_RETRIES)
        return winnow.media.upload(file, on_progress=on_progress, **options), told

    return upload


@pytest.mark.parametrize("direct", [False, True])
def test_a_large_file_goes_part_by_part(server: Server, send: Send, file: Path, direct: bool) -> None:
    server.direct = direct
    running, told = send(file, priority="bulk", metadata={"a": "b"}, language=None)
    assert (running.media_id, running.id) == ("med_upl_0", "job_upl_0")
    upload = server.uploads["upl_0"]
    assert b"".join(data for _, data in sorted(upload["stored"].items())) == CONTENT
    assert upload["told"] == {"parts": [{"n": n, "etag": f"mark-{n}"} for n in (1, 2, 3, 4)]}
    options = {"priority": "bulk", "metadata": {"a": "b"}, "sha256": HASH}
    assert upload["body"] == {"kind": "av", "filename": "talk.mp4", "size_bytes": SIZE, **options}
    assert told == [(1000, SIZE), (2000, SIZE), (3000, SIZE), (3500, SIZE)]
    assert set(server.keys) == ({None} if direct else {"Bearer key"}), "the store must not see the key"


@pytest.mark.parametrize("direct", [False, True])
def test_a_part_that_fails_is_tried_again(server: Server, send: Send, file: Path, direct: bool) -> None:
    server.direct = direct
    server.failing = {2: [503], 3: [503, 403 if direct else 408]}
    send(file)
    assert server.puts == [1, 2, 2, 3, 3, 3, 4]


def test_what_is_stored_is_not_sent_again(server: Server, send: Send, file: Path) -> None:
    server.failing = {3: [503, 503, 503]}
    with pytest.raises(Unavailable, match="It is away"):
        send(file)
    assert server.puts == [1, 2, 3, 3, 3]
    server.puts.clear()
    _, told = send(file)
    assert server.puts == [3, 4]
    assert told[0] == (3000, SIZE)
    assert len(server.uploads) == 1
    server.puts.clear()
    again, told = send(file)
    assert (again.id, again.already_stored, server.puts, told) == ("job_upl_0", True, [], [(SIZE, SIZE)])


def test_a_refused_part_is_not_tried_again(server: Server, send: Send, file: Path) -> None:
    server.failing = {1: [415]}
    with pytest.raises(BadInput):
        send(file)
    assert server.puts == [1]


def test_a_store_that_is_away_or_refuses_is_named(server: Server, send: Send, file: Path) -> None:
    server.direct, server.failing = True, {1: [403, 403, 403]}
    with pytest.raises(Unavailable, match=rf"store at 127\.0\.0\.1:{server.server_port} answered with status 403"):
        send(file)


def test_without_marks_the_stores_own_count_decides(server: Server, send: Send, file: Path) -> None:
    server.has_marks, server.failing = False, {2: [503, 503, 503]}
    with pytest.raises(Unavailable):
        send(file)
    send(file)
    assert server.puts == [1, 2, 2, 2, 2, 3, 4]
    assert server.uploads["upl_0"]["told"] == {}


def test_a_changed_file_another_option_and_a_job_in_vain_make_a_new_upload(
    server: Server, send: Send, file: Path
) -> None:
    send(file)
    send(file, priority="bulk")
    file.write_bytes(CONTENT[:-1] + b"!")
    send(file)
    assert len(server.uploads) == 3
    for count, status in ((4, "failed"), (5, "cancelled"), (5, "done")):
        server.job_status = "running"
        send(file)
        server.job_status = status
        send(file)
        assert len(server.uploads) == count, status


@pytest.mark.parametrize("place", ["/v1/jobs/job_upl_0", "/v1/uploads/upl_0"])
def test_what_was_deleted_is_uploaded_anew(server: Server, send: Send, file: Path, place: str) -> None:
    send(file)
    server.deleted = {place}
    running, _ = send(file)
    assert running.id == "job_upl_1"


def test_a_key_of_the_callers_is_the_same_job_however_it_ended(server: Server, send: Send, file: Path) -> None:
    send(file, key="mine")
    server.job_status = "failed"
    assert send(file, key="mine")[0].id == "job_upl_0"
    assert list(server.ids) == ['"mine"']


def test_captions_go_first_and_make_another_upload(send: Send, server: Server, file: Path) -> None:
    captions = file.with_name("talk.ko.srt")
    captions.write_bytes(b"1\n")
    send(file)
    job, _ = send(file, captions=captions)
    assert server.captions == [("filename=talk.ko.srt", b"1\n")]
    assert job.id == "job_upl_1", "the file was sent before without captions: that job has none"
    captions.write_bytes(b"2\n")
    send(file, captions=captions)
    assert len(server.uploads) == 3


def test_wrong_captions_are_known_before_a_byte_of_the_file_is_sent(send: Send, server: Server, file: Path) -> None:
    captions = file.with_name("talk.srt")
    captions.write_bytes(b"hello")
    server.refuses_captions = True
    with pytest.raises(BadInput) as refused:
        send(file, captions=captions)
    assert (refused.value.code, server.puts) == ("invalid-captions", [])


def test_too_large_captions_are_not_sent(send: Send, server: Server, file: Path) -> None:
    captions = file.with_name("talk.srt")
    captions.write_bytes(bytes((5 << 20) + 1))
    with pytest.raises(BadInput) as refused:
        send(file, captions=captions)
    assert (refused.value.code, server.uploads) == ("too-large", {})


@pytest.mark.parametrize(
    ("beside", "language", "found"),
    [
        ([], None, None),
        (["talk.txt", "other.srt", "talking.srt"], None, None),
        (["talk.srt", "talk.vtt"], None, "talk.vtt"),
        (["talk.ko.srt"], None, "talk.ko.srt"),
        (["talk.ko.srt", "talk.srt"], None, "talk.srt"),
        (["talk.ko.srt", "talk.en.vtt"], "en", "talk.en.vtt"),
        (["talk.ko.srt", "talk.srt"], "ko", "talk.ko.srt"),
        (["talk.SRT"], None, "talk.SRT"),
    ],
)
def test_captions_are_found_beside_a_recording(
    tmp_path: Path, beside: list[str], language: str | None, found: str | None
) -> None:
    for name in beside:
        (tmp_path / name).touch()
    captions = captions_beside(tmp_path / "talk.mp4", language)
    assert (captions and captions.name) == found


def test_of_several_languages_none_is_guessed(tmp_path: Path) -> None:
    for name in ("talk.ko.srt", "talk.en.srt"):
        (tmp_path / name).touch()
    with pytest.raises(BadInput, match="en, ko"):
        captions_beside(tmp_path / "talk.mp4")


def test_a_file_that_is_stored_already_is_not_sent(server: Server, send: Send, file: Path) -> None:
    server.has_file = True
    running, told = send(file)
    assert (running.media_id, running.id, running.already_stored) == ("med_before", "job_before", True)
    assert (server.puts, told) == ([], [(SIZE, SIZE)])


def test_again_sends_it_each_time(server: Server, send: Send, file: Path) -> None:
    server.has_file = True
    for n in range(2):
        running, _ = send(file, again=True)
        assert (running.id, running.already_stored) == (f"job_upl_{n}", False)
        assert server.uploads[f"upl_{n}"]["body"]["again"] is True
    assert server.puts == [1, 2, 3, 4] * 2


def test_a_file_too_large_to_be_read_twice_is_sent_without_a_look(
    server: Server, send: Send, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "HASHED_BYTES", SIZE - 1)
    server.has_file = True
    assert send(file)[0].id == "job_upl_0"
    assert "sha256" not in server.uploads["upl_0"]["body"]
