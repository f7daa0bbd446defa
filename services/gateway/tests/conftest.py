import json
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from winnow_chassis.depths import LaneDepth
from winnow_chassis.intake_memory import MemoryIntake
from winnow_chassis.internal_http import InternalClient
from winnow_chassis.objects_memory import MemoryObjectStore
from winnow_chassis.settings import ChassisSettings
from winnow_contracts import api_keys, queues
from winnow_contracts.control import ControlNews
from winnow_contracts.problems import PROBLEMS
from winnow_contracts.stages import PHOTO_STAGES
from winnow_gateway.app import create_app
from winnow_gateway.collaborators import Collaborators
from winnow_gateway.keys import KeyRing
from winnow_gateway.live import LiveBoard
from winnow_gateway.photo_reads import PhotoReads
from winnow_gateway.reads import IndexReads
from winnow_gateway.rule_reads import RuleReads
from winnow_gateway.settings import GatewaySettings

MEDIA_ID = "med_01234567-89ab-7def-8123-456789abcdef"
JOB_ID = "job_01234567-89ab-7def-8123-456789abcdef"
TASK_ID = "01234567-89ab-5def-8123-456789abcdef"
STAGES = ("check", "audio", "transcribe", "understand", "store")


def wav(seconds: float = 0.1) -> bytes:
    """A sound WAV file of silence, 16 kHz mono."""
    data = bytes(int(16_000 * seconds) * 2)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16)
    return head + struct.pack("<4sI", b"data", len(data)) + data


def media_view(**changes: Any) -> dict[str, Any]:
    return {
        "id": MEDIA_ID,
        "kind": "recording",
        "title": "talk",
        "filename": "talk.mp4",
        "content_type": "video/mp4",
        "size_bytes": 1000,
        "has_video": True,
        "duration_ms": 60_000,
        "language": "en",
        "status": "ready",
        "job_id": JOB_ID,
        "created_at": "2026-11-21T04:00:00.000Z",
        "speech": {"ratio": 0.9},
        "warnings": [],
        "has_transcript": True,
        "keys": {
            "original": "ok/t/default/x/original",
            "poster": "ok/t/default/x/a/poster.jpg",
            "thumbnail": "ok/t/default/x/a/thumbnail.jpg",
            "rendition": None,
            "rendition_type": None,
        },
        **changes,
    }


def job_view(status: str = "running", running: str = "transcribe", **changes: Any) -> dict[str, Any]:
    done = STAGES.index(running) if status != "done" else len(STAGES)
    stages = [
        {
            "name": name,
            "status": "done" if n < done else "running" if n == done and status == "running" else "waiting",
            "ms": 100 if n < done else None,
            "progress": None,
            "heard_seconds": None,
            "of_seconds": None,
            "reason": None,
        }
        for n, name in enumerate(STAGES)
    ]
    return {
        "id": JOB_ID,
        "media_id": MEDIA_ID,
        "status": status,
        "run": 1,
        "created_at": "2026-11-21T04:00:00.000Z",
        "finished_at": None,
        "stages": stages,
        "error": None,
        "warnings": [],
        "eta": None,
        **changes,
    }


def photo_job_view(status: str = "running", **changes: Any) -> dict[str, Any]:
    state = {"done": "done", "failed": "failed"}.get(status, "waiting")
    unknown = dict.fromkeys(("ms", "progress", "reason", "heard_seconds", "of_seconds"))
    stages = [{"name": name, "status": state, **unknown} for name in PHOTO_STAGES.values()]
    return {**job_view(status), "stages": stages, **changes}


def dead_view(**changes: Any) -> dict[str, Any]:
    return {
        "task_id": TASK_ID,
        "job_id": JOB_ID,
        "tenant_id": "other",
        "media_id": MEDIA_ID,
        "actor": "ai.transcribe_audio",
        "queue": "ai",
        "run": 2,
        "retry": 5,
        "ended_at": "2026-11-21T04:00:00.000Z",
        "problem": {"code": "upstream-timeout", "detail": "It took too long.", "hint": "", "retryable": True},
        "attempts": 6,
        "replayable": True,
        "discarded_at": None,
        **changes,
    }


def rule(item: str = "pet_bottle", **changes: Any) -> dict[str, Any]:
    return {
        "id": f"kr.{item}",
        "region": "kr",
        "level": "item",
        "fallback": False,
        "version": "2026-11-21",
        "language": "en",
        "title": "PET bottle",
        "bin": "The box for clear PET",
        "steps": [{"id": "empty", "text": "Empty it."}, {"id": "rinse", "text": "Rinse it."}],
        "caution": "Coloured bottles go elsewhere.",
        "source": {
            "title": "How to sort",
            "publisher": "The Ministry",
            "url": "https://example.org/sort",
            "date": "2024-02-15",
            "checked": "2026-11-21",
        },
        **changes,
    }


def found(category: str, item: str, confidence: float, *others: tuple[str, str, float], state: str = "clean") -> Any:
    alternatives = [{"category": kind, "item": name, "confidence": sure} for kind, name, sure in others]
    return {
        "category": category,
        "item": item,
        "state": state,
        "confidence": confidence,
        "alternatives": alternatives,
    }


BOTTLE = found("plastic", "pet_bottle", 0.9, ("glass", "glass_bottle", 0.06))


def photo_answer(*items: Any, guided_by: str = "model", language: str = "en", **finding: Any) -> dict[str, Any]:
    """A ``PhotoAnswer`` as ai writes it; where the finding abstains or shows nothing there is no advice."""
    whole = {
        "items": list(items),
        "abstained": False,
        "model": "efficientnet-lite0",
        "prompt": "classify-1",
        "threshold": 0.6,
        "nothing": None,
        "better_photo": None,
        "cached": False,
        **finding,
    }
    steps = [{"rule_step": "empty", "text": "Empty the bottle."}, {"rule_step": "rinse", "text": "Rinse it well."}]
    advised = () if whole["abstained"] or whole["nothing"] else items
    advice = [
        {"item": at, "rule": rule(item["item"]), "steps": steps, "guided_by": guided_by, "model": "a-text-model"}
        for at, item in enumerate(advised)
    ]
    return {"finding": whole, "advice": advice, "language": language, "region": "kr", "warnings": []}


def photo_view(**changes: Any) -> dict[str, Any]:
    return {
        "id": MEDIA_ID,
        "job_id": JOB_ID,
        "status": "ready",
        "created_at": "2026-11-21T04:00:00.000Z",
        "title": "bottle",
        "filename": "bottle.png",
        "content_type": "image/png",
        "size_bytes": 1000,
        "width": 40,
        "height": 30,
        "warnings": [],
        "answer": photo_answer(BOTTLE),
        "keys": {
            "original": "ok/t/default/x/original",
            "image": "ok/t/default/x/a/image.jpg",
            "thumbnail": "ok/t/default/x/a/thumbnail.jpg",
        },
        "spent": {"calls": 2, "cached": 0, "tokens_in": 900, "tokens_out": 120, "cost_usd": None},
        "feedback": [],
        **changes,
    }


CORRECTION: dict[str, Any] = {
    "id": "fb_01234567-89ab-7def-8123-456789abcdef",
    "at": "2026-11-21T05:00:00.000Z",
    "correct_category": "glass",
    "correct_item": "glass_jar",
    "correct_state": None,
    "note": None,
}
LABEL: dict[str, Any] = {
    "id": CORRECTION["id"],
    "at": CORRECTION["at"],
    "media_id": MEDIA_ID,
    "image_key": "ok/t/default/x/a/image.jpg",
    "said": {"category": "plastic", "item": "pet_bottle", "state": "clean", "confidence": 0.9, "abstained": False},
    "correct": {"category": "glass", "item": "glass_jar", "state": None},
    "note": None,
}
RULES: dict[str, Any] = {
    "regions": [{"id": "gb-eng", "title": "England"}, {"id": "kr", "title": "Republic of Korea"}],
    "region": "kr",
    "language": "en",
    "version": "2026-11-21",
    "rules": [rule()],
    "problems": ["/etc/rules/kr/plastic.json can not be read"],
}
SPENDING: dict[str, Any] = {
    "day": "2026-11-21",
    "spent_usd": 0.5,
    "limit_usd": 2.0,
    "by_model": [
        {
            "model": "m",
            "use": "vision",
            "calls": 3,
            "cached": 1,
            "tokens_in": 900,
            "tokens_out": 90,
            "cost_usd": 0.5,
        }
    ],
}

TRANSCRIPT: dict[str, Any] = {
    "media_id": MEDIA_ID,
    "language": "en",
    "duration_ms": 60_000,
    "model": "whisper-base",
    "segments": [
        {"n": 0, "text": "Hello & <b>welcome</b> --> all", "start_ms": 0, "end_ms": 1500, "words": []},
        {"n": 1, "text": " \n\n ", "start_ms": 1500, "end_ms": 1600, "words": []},
        {"n": 2, "text": "two\n\n00:00 --> lines", "start_ms": 3_723_004, "end_ms": 3_723_004, "words": []},
    ],
    "speech": {"ratio": 0.9},
    "warnings": [],
}


@dataclass
class StandIn:
    """Index and ai as one little real HTTP server: answers by path, or method and path; every request noted."""

    answers: dict[str, Any] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    down: bool = False
    url: str = ""

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        body = dict(request.args) if request.method == "GET" else json.loads(request.get_data() or b"{}")
        self.seen.append((request.path, body))
        assert request.headers["Authorization"] == "Bearer service-token"
        answer = self.answers.get(f"{request.method} {request.path}", self.answers.get(request.path, "not-found"))
        if self.down:
            answer = "unavailable"
        if callable(answer):
            answer = answer(body)
        status = PROBLEMS[answer].status if isinstance(answer, str) else 200
        value = {"code": answer, "detail": "It says so."} if isinstance(answer, str) else answer
        return Response(json.dumps(value), status, mimetype="application/json")(environ, start)

    def asked(self, path: str) -> list[dict[str, Any]]:
        return [body for seen, body in self.seen if seen == path]


def serve(app: Any) -> Iterator[str]:
    """The app on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def index() -> Iterator[StandIn]:
    standin = StandIn()
    running = serve(standin)
    standin.url = next(running)
    yield standin
    next(running, None)


@pytest.fixture
def ai() -> Iterator[StandIn]:
    standin = StandIn({"/internal/v1/embed": {"model": "e5", "dimensions": 2, "vectors": [[0.6, 0.8]]}})
    running = serve(standin)
    standin.url = next(running)
    yield standin
    next(running, None)


@pytest.fixture
def key() -> api_keys.ApiKey:
    return api_keys.generate()


@pytest.fixture
def give_keys(index: StandIn) -> Callable[..., None]:
    """Tell index of keys: each with tenant, scopes and whether it is revoked."""

    def give(*entries: tuple[api_keys.ApiKey, str, list[str], bool]) -> None:
        index.answers["/internal/v1/keys"] = {
            "keys": [
                {
                    "key_id": key.key_id,
                    "secret_sha256": api_keys.secret_hash(key.secret),
                    "tenant_id": tenant,
                    "scopes": scopes,
                    "name": "a key",
                    "revoked": revoked,
                }
                for key, tenant, scopes, revoked in entries
            ]
        }

    return give


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    chassis = ChassisSettings(
        service="gateway",
        node="gateway-1",
        data_dir=tmp_path,
        amqp_url="amqp://127.0.0.1:1",
        s3_endpoint="127.0.0.1:1",
        s3_bucket="b",
        s3_access_key="a",
        s3_secret_key="s",
        s3_region="us-east-1",
        s3_secure=False,
        service_token="service-token",
        index_url="http://127.0.0.1:1",
        health_host="127.0.0.1",
        health_port=0,
        log_level="INFO",
    )
    return GatewaySettings(
        chassis=chassis,
        ai_url="http://127.0.0.1:1",
        max_upload_bytes=1_000_000,
        max_form_bytes=200_000,
        streams_per_key=2,
    )


@pytest.fixture
def news() -> list[ControlNews]:
    """What the nodes were told."""
    return []


@pytest.fixture
def parts(
    tmp_path: Path,
    index: StandIn,
    ai: StandIn,
    key: api_keys.ApiKey,
    give_keys: Callable[..., None],
    news: list[ControlNews],
) -> Collaborators:
    give_keys((key, "default", ["read", "write"], False))
    intake = MemoryIntake()
    index_client = InternalClient(index.url, "service-token", "index", timeout_seconds=30)
    ai_client = InternalClient(ai.url, "service-token", "ai", timeout_seconds=30)
    reads = IndexReads(index_client, ai_client, intake)
    return Collaborators(
        objects=MemoryObjectStore(),
        intake=intake,
        reads=reads,
        photos=PhotoReads(index_client, intake, reads),
        rules=RuleReads(ai_client),
        index=index_client,
        announce=news.append,
        announce_surely=news.append,
        lane_depths=lambda: {lane: LaneDepth(ready=3, consumers=1) for lane in queues.LANES},
        keys=KeyRing(index_client, tmp_path / "keys.json"),
        board=LiveBoard(),
        data_dir=tmp_path,
        session_secret=b"s" * 32,
    )


@pytest.fixture
def app(settings: GatewaySettings, parts: Collaborators) -> Flask:
    return create_app(settings, parts)


@pytest.fixture
def client(app: Flask, key: api_keys.ApiKey) -> FlaskClient:
    """A caller with a good key."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    return client


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A caller without a key."""
    return app.test_client()


@pytest.fixture
def operator(app: Flask, give_keys: Callable[..., None]) -> FlaskClient:
    """A caller whose key has the scope admin."""
    mine = api_keys.generate()
    give_keys((mine, "default", ["admin"], False))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {mine.text()}"
    return client


@pytest.fixture
def sent(parts: Collaborators) -> list[Any]:
    """The commands sent so far that began no job, each with its run."""
    assert isinstance(parts.intake, MemoryIntake)
    return parts.intake.sent


@pytest.fixture
def jobs(parts: Collaborators) -> dict[str, Any]:
    """The jobs accepted so far."""
    assert isinstance(parts.intake, MemoryIntake)
    return parts.intake.jobs
