"""``winnow-gateway`` started without broker and store: it lives, and says what is missing."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pika
import pytest

from winnow_base.environment import Environment
from winnow_base.objects.s3 import S3ObjectStore
from winnow_chassis.broker import live_events
from winnow_chassis.broker.publisher import Publisher
from winnow_contracts import identity, object_keys, queues
from winnow_contracts.commands import Examine
from winnow_contracts.control import ControlKind, ControlMessage
from winnow_contracts.errors import Misconfigured
from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.json_codec import from_json
from winnow_gateway.settings import read_settings

from .index_answers import MEDIA_ID, job_view, media_view
from .real_server import free_ports
from .sounds import wav


def variables(data_dir: Path, index_url: str, port: int, health_port: int) -> dict[str, str]:
    return {
        "WINNOW_DATA_DIR": str(data_dir),
        "WINNOW_AMQP_URL": "amqp://127.0.0.1:1",
        "WINNOW_S3_ENDPOINT": "127.0.0.1:1",
        "WINNOW_S3_BUCKET": "winnow",
        "WINNOW_S3_ACCESS_KEY": "a",
        "WINNOW_S3_SECRET_KEY": "s",
        "WINNOW_SERVICE_TOKEN": "service-token",
        "WINNOW_INDEX_URL": index_url,
        "WINNOW_AI_URL": index_url,
        "WINNOW_GATEWAY_PORT": str(port),
        "WINNOW_HEALTH_PORT": str(health_port),
    }


@pytest.mark.parametrize(("cores", "processes"), [(1, 2), (4, 4), (64, 8)])
def test_there_is_a_process_for_each_core_within_bounds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cores: int, processes: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(cores)))
    told = variables(tmp_path, "http://127.0.0.1:1", 1, 2)
    assert read_settings(Environment(told)).processes == processes
    assert read_settings(Environment(told | {"WINNOW_GATEWAY_PROCESSES": "3"})).processes == 3


def test_every_missing_setting_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as caught:
        read_settings(Environment({"WINNOW_GATEWAY_THREADS": "many"}))
    for name in ("WINNOW_DATA_DIR", "WINNOW_AI_URL", "WINNOW_SERVICE_TOKEN", "WINNOW_GATEWAY_THREADS"):
        assert name in caught.value.detail


@pytest.mark.parametrize(
    "url", ["store", "ftp://store", "https://", "https://a:b@store", "https://store/bucket", "https://a; script-src *"]
)
def test_a_store_that_has_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="WINNOW_GATEWAY_PUBLIC_STORE_URL must be an origin"):
        read_settings(Environment({"WINNOW_GATEWAY_PUBLIC_STORE_URL": url}))


@pytest.mark.parametrize(("url", "secure"), [("https://winnow.example.org", True), ("http://localhost:8080", False)])
def test_where_people_come_by_https_cookies_are_secure_without_another_setting(
    tmp_path: Path, url: str, secure: bool
) -> None:
    told = variables(tmp_path, "http://127.0.0.1:1", 1, 2) | {"WINNOW_GATEWAY_SECURE_COOKIES": "false"}
    assert read_settings(Environment(told | {"WINNOW_GATEWAY_PUBLIC_URL": url})).secure_cookies is secure


@dataclass
class Program:
    address: str
    health_address: str
    key: str
    data_dir: Path

    def ask_health(self, path: str) -> tuple[int, str]:
        """Asks on the health port."""
        return replace(self, address=self.health_address).ask(path)

    def ask(self, path: str, data: bytes | None = None) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self.key}"}
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.address + path, data, headers), timeout=60
            ) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@contextmanager
def running(data_dir: Path, index_url: str, key: str, **more: str) -> Iterator[Program]:
    """Runs the program until the block ends; then it must stop in an orderly way."""
    port, health_port = free_ports()
    environment = {**os.environ, **variables(data_dir, index_url, port, health_port), **more}
    process = subprocess.Popen(
        [sys.executable, "-c", "from winnow_gateway.server import main; main()"], env=environment
    )
    found = Program(
        address=f"http://127.0.0.1:{port}",
        health_address=f"http://127.0.0.1:{health_port}",
        key=key,
        data_dir=data_dir,
    )
    try:
        deadline = time.monotonic() + 100
        while True:
            try:
                found.ask("/healthz")
                break
            except OSError:
                assert process.poll() is None, "the program ended"
                assert time.monotonic() < deadline, "the program does not answer"
                time.sleep(0.2)
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=100) == 0


@pytest.fixture
def program(tmp_path: Path, index: Any, key: Any, give_keys: Any) -> Iterator[Program]:
    give_keys((key, "default", ["read", "write"], False))
    with running(tmp_path / "gateway", index.url, key.text()) as found:
        yield found


@pytest.mark.timeout(300)
def test_without_broker_and_store_it_lives_and_says_what_is_missing(program: Program, index: Any) -> None:
    for ask in (program.ask, program.ask_health):
        status, text = ask("/readyz")
        assert status == 503
        assert list(json.loads(text)["reasons"]) == ["s3"]
    assert program.ask_health("/healthz")[0] == 200
    assert "watch s3" in program.ask_health("/threads")[1]
    index.answers["/internal/v1/jobs"] = {"items": [], "next_cursor": None}
    assert program.ask("/v1/jobs")[0] == 200
    index.down = True
    assert program.ask("/v1/jobs")[0] == 503
    status, text = program.ask("/v1/media?filename=a.wav", wav())
    assert (status, json.loads(text)["code"]) == (503, "unavailable")
    # Twenty requests reach both processes; each process reports all of them.
    for _ in range(20):
        program.ask("/healthz")
    counted = [program.ask("/metrics")[1] for _ in range(6)]
    lines = [
        line
        for text in counted
        for line in text.splitlines()
        if line.startswith('winnow_http_request_duration_seconds_count{route="/healthz"')
    ]
    assert len(lines) == 6
    assert lines[0] in program.ask_health("/metrics")[1]
    assert len(set(lines)) == 1
    assert (program.data_dir / "session-secret").stat().st_mode & 0o777 == 0o600


def waiting(rabbit: Any, queue: str) -> int:
    lines = rabbit.ctl("list_queues", "--quiet", "name", "messages").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.split()[0] == queue)


def until(true: Callable[[], bool], seconds: float = 100) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.2)


@pytest.mark.real
@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", ["sent", "linked"])
def test_a_recording_comes_from_the_store(
    tmp_path: Path, index: Any, key: Any, give_keys: Any, s3: Any, way: str
) -> None:
    give_keys((key, "default", ["read"], False))
    data = bytes(range(256)) * 8_000
    view = media_view()
    S3ObjectStore(**vars(s3)).put_bytes(view["keys"]["original"], data, "video/mp4")
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = view
    link = {"WINNOW_GATEWAY_PUBLIC_STORE_URL": f"http://{s3.endpoint}/"} if way == "linked" else {}
    with running(tmp_path / "gateway", index.url, key.text(), **store_variables(s3), **link) as program:
        for wanted, found in ((None, data), ("bytes=1000-1500999", data[1_000:1_501_000])):
            ranges = {"Range": wanted} if wanted else {}
            url = f"{program.address}/v1/media/{MEDIA_ID}/stream"
            answer, content = get(url, {"Authorization": f"Bearer {program.key}", **ranges})
            assert answer.status == (303 if way == "linked" else 206 if wanted else 200)
            if way == "linked":
                answer, content = get(answer.headers["Location"], ranges)
                assert answer.status == (206 if wanted else 200)
            assert content == found
            assert answer.headers["Content-Type"] == "video/mp4"


def get(url: str, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
    """One answer, whatever its status; nothing is followed."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=60)
    connection.request("GET", f"{address.path}?{address.query}", headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def store_variables(s3: Any) -> dict[str, str]:
    return {
        "WINNOW_S3_ENDPOINT": s3.endpoint,
        "WINNOW_S3_BUCKET": s3.bucket,
        "WINNOW_S3_ACCESS_KEY": s3.access_key,
        "WINNOW_S3_SECRET_KEY": s3.secret_key,
    }


@pytest.mark.real
@pytest.mark.timeout(300)
def test_uploads_are_taken_with_the_broker_and_without_it(
    tmp_path: Path, index: Any, key: Any, give_keys: Any, rabbit: Any, s3: Any
) -> None:
    give_keys((key, "default", ["admin"], False))
    store = S3ObjectStore(**vars(s3), connections=4)
    with running(
        tmp_path / "gateway", index.url, key.text(), WINNOW_AMQP_URL=rabbit.url, **store_variables(s3)
    ) as program:
        until(lambda: program.ask("/readyz")[0] == 200)
        data = wav(600)
        status, text = program.ask("/v1/media?filename=talk.wav", data)
        assert status == 202
        accepted = json.loads(text)
        (stored,) = store.keys(f"in/t/default/{accepted['media_id']}/")
        assert store.get_bytes(stored) == data
        until(lambda: waiting(rabbit, "media.examine") == 1)
        # Every process can read the job at once: they share one journal.
        for _ in range(8):
            assert program.ask(f"/v1/jobs/{accepted['job_id']}")[0] == 200
        index.answers |= {
            "/internal/v1/control": {"cancelled": {}, "paused": {}},
            f"/internal/v1/jobs/{accepted['job_id']}/cancel": {"job": job_view("cancelled"), "run": 1},
        }
        take(rabbit.url, "media.examine")
        index.answers[f"/internal/v1/jobs/{accepted['job_id']}/trace"] = {"job": job_view(), "tasks": [], "events": []}
        assert program.ask(f"/v1/ops/jobs/{accepted['job_id']}/resend", b"")[0] == 202
        until(lambda: ready(rabbit.url, "media.examine") == 1)
        lanes = json.loads(program.ask("/v1/ops/queues")[1])
        assert {lane["lane"]: lane["ready"] for lane in lanes["items"] if lane["ready"]} == {"media.examine": 1}
        with listening(rabbit.url) as told:
            news = ControlMessage(kind=ControlKind.CANCEL, name=accepted["job_id"], run=1)
            cancel = f"/v1/jobs/{accepted['job_id']}/cancel"
            # A broadcast to the nodes may be lost: a caller who cancels may ask again.
            until(lambda: program.ask(cancel, b"")[0] == 200 and news in told())
        hear(rabbit.url, accepted, lambda: json.loads(program.ask(f"/v1/jobs/{accepted['job_id']}")[1]))

        rabbit.stop()
        try:
            status, text = program.ask("/v1/media?filename=later.wav", wav())
            assert status == 202
            assert program.ask(f"/v1/jobs/{json.loads(text)['job_id']}")[0] == 200
            task_id = identity.task_id(json.loads(text)["job_id"], 1, Examine.ACTOR)
            assert store.exists(object_keys.acceptance(task_id))
        finally:
            rabbit.start()
        until(lambda: waiting(rabbit, "media.examine") == 2)


def take(amqp_url: str, queue: str) -> None:
    """Takes a message away, as if the broker had lost it."""
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        assert connection.channel().basic_get(queue, auto_ack=True)[2] is not None
        assert ready(amqp_url, queue) == 0


def ready(amqp_url: str, queue: str) -> int:
    """Counts the ready messages of a queue by passive declaration; the figures that ``waiting`` reads are some seconds
    old.
    """
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        return int(connection.channel().queue_declare(queue, passive=True).method.message_count)


@contextmanager
def listening(amqp_url: str) -> Iterator[Callable[[], list[ControlMessage]]]:
    """Receives the broadcasts to the nodes from now on."""
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    channel = connection.channel()
    name = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(name, queues.CONTROL_EXCHANGE)
    found: list[ControlMessage] = []

    def told() -> list[ControlMessage]:
        while (body := channel.basic_get(name, auto_ack=True)[2]) is not None:
            found.append(from_json(ControlMessage, json.loads(body)))
        return found

    yield told
    connection.close()


def hear(amqp_url: str, accepted: dict[str, str], job: Callable[[], Any]) -> None:
    """Sends progress until it is shown, whichever process answers."""
    publisher = Publisher(amqp_url, "test")
    publisher.start()
    event = TaskEvent(
        kind=EventKind.PROGRESS,
        tenant_id="default",
        job_id=accepted["job_id"],
        media_id=accepted["media_id"],
        at_ms=1,
        node="n",
        actor="media.examine",
        detail={"stage": "check", "done": 0.5},
    )

    def shown() -> bool:
        live_events.tell(publisher, event)
        return all(job()["stages"][0]["progress"] == 0.5 for _ in range(8))

    try:
        until(shown)
    finally:
        publisher.stop()
