from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_base.http.internal_clients import AiClient, IndexClient
from winnow_base.objects.memory import MemoryObjectStore
from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_chassis.outbox.submission_memory import MemorySubmissions
from winnow_chassis.settings import ChassisSettings
from winnow_contracts import api_keys, queues
from winnow_contracts.control import ControlMessage
from winnow_gateway.app import create_app
from winnow_gateway.clients.job_control import JobSteering
from winnow_gateway.clients.keys import KeyRing
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.operator_reads import OperatorReads
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings

from .real_server import Server, running_server
from .standin import StandIn, serve


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
    """Tells index of keys: each with tenant, scopes and whether it is revoked."""

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
        long_requests_per_key=2,
        open_answers_per_key=2,
    )


@pytest.fixture
def news() -> list[ControlMessage]:
    """The broadcasts sent to the nodes."""
    return []


@pytest.fixture
def index_client(index: StandIn) -> IndexClient:
    return IndexClient(index.url, "service-token", timeout_seconds=30)


@pytest.fixture
def parts(
    tmp_path: Path,
    index_client: IndexClient,
    ai: StandIn,
    key: api_keys.ApiKey,
    give_keys: Callable[..., None],
    news: list[ControlMessage],
) -> Dependencies:
    give_keys((key, "default", ["read", "write"], False))
    intake = MemorySubmissions()
    ai_client = AiClient(ai.url, "service-token", timeout_seconds=30)
    reads = IndexReads(index_client, ai_client, intake)
    return Dependencies(
        objects=MemoryObjectStore(),
        intake=intake,
        reads=reads,
        index=index_client,
        ai=ai_client,
        operator_reads=OperatorReads(
            index_client, intake, lambda: {lane: LaneDepth(ready=3, consumers=1) for lane in queues.LANES}
        ),
        steering=JobSteering(index_client, reads, intake, news.append),
        broadcast_confirmed=news.append,
        keys=KeyRing(index_client, tmp_path / "keys.json"),
        board=LiveBoard(),
        data_dir=tmp_path,
        session_secret=b"s" * 32,
    )


@pytest.fixture
def app(settings: GatewaySettings, parts: Dependencies) -> Flask:
    return create_app(settings, parts)


@pytest.fixture
def client(app: Flask, key: api_keys.ApiKey) -> FlaskClient:
    """A caller with a valid key."""
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
def sent(parts: Dependencies) -> list[Any]:
    """The commands sent so far that began no job, each with its run."""
    assert isinstance(parts.intake, MemorySubmissions)
    return parts.intake.sent


@pytest.fixture
def jobs(parts: Dependencies) -> dict[str, Any]:
    """The jobs accepted so far."""
    assert isinstance(parts.intake, MemorySubmissions)
    return parts.intake.jobs


@pytest.fixture
def limits() -> dict[str, float]:
    """The limits of ``server`` that are not the usual ones."""
    return {}


@pytest.fixture
def server(
    tmp_path: Path, index: StandIn, key: api_keys.ApiKey, give_keys: Callable[..., None], limits: dict[str, float]
) -> Iterator[Server]:
    """The real server as a process of its own."""
    give_keys((key, "default", ["read", "write"], False))
    with running_server(tmp_path, index.url, key.text(), limits) as running:
        yield running
