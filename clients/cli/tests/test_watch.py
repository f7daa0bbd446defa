"""A watched folder: each file is sent once, when nothing writes to it any more, whatever happens between."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from winnow_cli.watching.folder import Found, find_files
from winnow_cli.watching.memory import FILE_NAME
from winnow_cli.watching.rest import Rest
from winnow_client import captions_beside


class Gateway(ThreadingHTTPServer):
    """Takes recordings and photos, one job a key; refuses what says ``bad``, and fails the job of what says ``cut``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.jobs: dict[str, dict[str, str]] = {}
        self.names: list[str] = []
        self.keys: list[str] = []
        self.captions: list[tuple[str, bytes]] = []
        self.away = False

    def take(self, key: str, name: str, content: bytes) -> dict[str, Any]:
        self.names.append(name)
        self.keys.append(key)
        self.jobs.setdefault(key, {"job_id": f"job_{len(self.jobs)}", "media_id": f"med_{len(self.jobs)}"})
        self.jobs[key]["status"] = "failed" if b"cut" in content else "done"
        return {**self.jobs[key], "status": "queued", "links": {}}


class Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        where, query = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        if self.server.away:
            return self._answer(503, {"code": "unavailable", "detail": "It is away."})
        if b"bad" in body:
            return self._answer(415, {"code": "unsupported-type", "detail": "It is no recording."})
        if where.path in ("/v1/media", "/v1/photos"):
            return self._answer(202, self.server.take(self.headers["Idempotency-Key"], query["filename"][0], body))
        if where.path == "/v1/uploads":
            name = json.loads(body)["filename"]
            key = self.headers["Idempotency-Key"]
            about = {"id": f"{name}={key}", "kind": "av", "filename": name, "size_bytes": 1, "links": {}}
            return self._answer(201, {**about, "status": "pending", "part_size": 9, "part_count": 0, "parts": []})
        name, _, key = where.path.split("/")[3].partition("=")
        return self._answer(202, self.server.take(key.replace("%22", '"'), name, b""))

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.captions.append((parse_qs(urlsplit(self.path).query)["filename"][0], data))
        self._answer(200, {"language": "en", "cues": 1, "ends_ms": 1})

    def do_GET(self) -> None:
        if "/uploads/" in self.path:
            about = {"id": "u", "kind": "av", "filename": "n", "size_bytes": 1, "links": {}}
            return self._answer(200, {**about, "status": "pending", "parts": [{"n": 1, "size_bytes": 5, "etag": "m"}]})
        job_id = self.path.rpartition("/")[2]
        (job,) = [one for one in self.server.jobs.values() if one["job_id"] == job_id]
        error = {"code": "corrupt-media", "detail": "It is cut off.", "hint": ""} if job["status"] == "failed" else None
        return self._answer(200, {"id": job_id, "status": job["status"], "error": error})

    def _answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("WINNOW_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("WINNOW_API_KEY", "key")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


Watch = Callable[..., tuple[int, list[tuple[str, str]]]]


@pytest.fixture
def watch(winnow: Any, folder: Path, gateway: Gateway) -> Watch:
    """Looks at the folder once; returns the exit code and each event with its file."""

    def look(*words: str) -> tuple[int, list[tuple[str, str]]]:
        code, out, _ = winnow("watch", str(folder), "--once", "--rest", "0", "--every", "0", "--json", *words)
        events = [json.loads(line) for line in out.splitlines()]
        return code, [(event["event"], event.get("file", "")) for event in events]

    return look


def test_each_file_is_sent_once_also_after_a_restart_and_under_another_name(
    watch: Watch, folder: Path, gateway: Gateway
) -> None:
    (folder / "a.wav").write_bytes(b"one")
    (folder / "b.mp4").write_bytes(b"two")
    assert watch() == (0, [("sent", "a.wav"), ("sent", "b.mp4"), ("done", "a.wav"), ("done", "b.mp4")])
    assert watch() == (0, [])
    (folder / "a.wav").rename(folder / "renamed.wav")
    assert watch() == (0, [("known", "renamed.wav")])
    (folder / "b.mp4").write_bytes(b"three")
    assert watch() == (0, [("sent", "b.mp4"), ("done", "b.mp4")])
    assert gateway.names == ["a.wav", "b.mp4", "b.mp4"]


def test_the_key_follows_from_the_content_so_that_a_lost_memory_doubles_nothing(
    watch: Watch, folder: Path, gateway: Gateway
) -> None:
    (folder / "a.wav").write_bytes(b"one")
    watch()
    (folder / FILE_NAME).unlink()
    assert watch()[0] == 0
    assert len(gateway.keys) == 2
    assert len(set(gateway.keys)) == 1


def test_what_is_refused_or_fails_is_told_once_until_it_changes(watch: Watch, folder: Path) -> None:
    (folder / "a.wav").write_bytes(b"bad")
    (folder / "b.wav").write_bytes(b"cut")
    assert watch() == (1, [("refused", "a.wav"), ("sent", "b.wav"), ("failed", "b.wav")])
    assert watch() == (0, [])
    (folder / "a.wav").write_bytes(b"good")
    assert watch() == (0, [("sent", "a.wav"), ("done", "a.wav")])


def test_what_is_no_recording_is_left_alone(watch: Watch, folder: Path, gateway: Gateway) -> None:
    for name in ("a.mp4.part", "b.mp4.crdownload", ".c.mp4", "notes.txt", "talk.srt", "photo.jpg", "deep/d.mp4"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(name.encode())
    assert watch() == (0, [])
    assert watch("--photos", "--recursive")[1][:2] == [("sent", "deep/d.mp4"), ("sent", "photo.jpg")]
    assert gateway.names == ["d.mp4", "photo.jpg"]


def test_captions_beside_a_file_go_along(watch: Watch, folder: Path, gateway: Gateway) -> None:
    (folder / "talk.mp4").write_bytes(b"talk!")
    (folder / "talk.en.srt").write_bytes(b"1\n")
    assert watch() == (0, [("sent", "talk.mp4"), ("done", "talk.mp4")])
    assert gateway.captions == [("talk.en.srt", b"1\n")]
    (folder / "other.mp4").write_bytes(b"other")
    (folder / "other.srt").write_bytes(b"2\n")
    watch("--no-captions")
    assert len(gateway.captions) == 1


def test_a_file_that_grows_is_not_at_rest(tmp_path: Path) -> None:
    rest, file = Rest(5), tmp_path / "a.mp4"

    def at(now: float) -> list[str]:
        found = find_files(tmp_path, recursive=False, photos=False, beside=captions_beside)
        return [one.name for one in rest.at_rest(found, now)]

    file.write_bytes(b"1")
    assert at(0) == []
    file.write_bytes(b"12")
    assert at(4) == []
    assert at(8) == []
    assert at(9) == ["a.mp4"]
    (tmp_path / "a.srt").write_bytes(b"1")
    assert at(10) == [], "its captions came a moment ago"
    assert at(15) == ["a.mp4"]


def test_a_clock_that_is_wrong_elsewhere_does_not_matter() -> None:
    rest = Rest(5)
    future = Found(name="a.mp4", path=Path("a.mp4"), look=(1, 10**19))
    assert rest.at_rest([future], 100) == []
    assert rest.at_rest([future], 105) == [future]


def test_a_gateway_that_is_away_ends_one_look_and_is_waited_for_otherwise(
    winnow: Any, watch: Watch, folder: Path, gateway: Gateway
) -> None:
    (folder / "a.wav").write_bytes(b"one")
    gateway.away = True
    code, _, err = winnow("watch", str(folder), "--once", "--rest", "0", "--every", "0")
    assert (code, "away" in err) == (1, True)
    gateway.away = False
    assert watch()[1][0] == ("sent", "a.wav")


def test_a_memory_that_cannot_be_read_is_said(winnow: Any, folder: Path, gateway: Gateway) -> None:
    (folder / FILE_NAME).write_text("{")
    code, _, err = winnow("watch", str(folder), "--once")
    assert code == 1
    assert FILE_NAME in err
    assert "--state" in err


def test_ctrl_c_ends_it_and_the_next_start_goes_on(folder: Path, gateway: Gateway) -> None:
    words = ["watch", str(folder), "--rest", "0", "--every", "0.1", "--json"]
    (folder / "a.wav").write_bytes(b"one")
    program = "import sys; from winnow_cli.main import main; main(sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    ) as running:
        assert running.stdout
        assert json.loads(running.stdout.readline())["event"] == "sent"
        assert json.loads(running.stdout.readline())["event"] == "done"
        (folder / "b.wav").write_bytes(b"two")
        assert json.loads(running.stdout.readline())["file"] == "b.wav"
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=20)
    assert (running.returncode, b"Traceback" in err) == (0, False)
    assert b"next start" in err
    assert gateway.names == ["a.wav", "b.wav"]
