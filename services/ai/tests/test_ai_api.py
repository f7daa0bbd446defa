"""The internal API: vectors for the gateway, in errors that name what to do."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from winnow_ai.api.app import MOST_CHARACTERS, MOST_TEXTS, create_app
from winnow_ai.api.queries import QueryVectors
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.rules.book import RuleBook
from winnow_base.http.internal_clients import AiClient
from winnow_contracts.ai_api import REQUESTS, EmbedTexts, FindRule, ListRules
from winnow_contracts.errors import Unavailable
from winnow_contracts.photo import RuleLevel

TOKEN = {"Authorization": "Bearer service-token"}


@pytest.fixture
def app(endpoint: Endpoint) -> Flask:
    return create_app(
        embedder=QueryVectors(endpoint, 3),
        generation="vectors",
        dimensions=8,
        probe=endpoint.probe,
        rules=RuleBook(),
        service_token="service-token",
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_texts_become_vectors_and_the_model_is_named(client: FlaskClient) -> None:
    answer = client.post("/internal/v1/embed", json={"texts": ["one", "two", "one"]}, headers=TOKEN)
    assert answer.status_code == 200
    body = answer.get_json()
    assert (body["model"], body["dimensions"]) == ("vectors", 8)
    assert [len(vector) for vector in body["vectors"]] == [8, 8, 8]
    assert body["vectors"][0] == body["vectors"][2] != body["vectors"][1]


def test_a_query_asked_again_is_answered_from_memory_until_it_is_the_oldest(client: FlaskClient, server: Any) -> None:
    for text in ("a", "b", "a", "c", "d", "a", "b"):
        client.post("/internal/v1/embed", json={"texts": [text]}, headers=TOKEN)
    assert server.embedded == [["a"], ["b"], ["c"], ["d"], ["b"]]


def test_the_prefix_goes_before_each_query_and_is_no_part_of_what_is_remembered(
    endpoint: Endpoint, server: Any
) -> None:
    plain, prefixed = QueryVectors(endpoint, 3), QueryVectors(endpoint, 3, "query: ")
    assert prefixed.embed(["a", "b", "a"]) == plain.embed(["query: a", "query: b", "query: a"])
    assert prefixed.embed(["a"]) == prefixed.embed(["a"])
    assert server.embedded == [["query: a", "query: b"]] * 2


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer sérvice"}])
def test_without_the_service_token_nothing_is_embedded(
    client: FlaskClient, server: Any, headers: dict[str, str]
) -> None:
    answer = client.post("/internal/v1/embed", json={"texts": ["one"]}, headers=headers)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["code"] == "unauthenticated"
    assert server.embedded == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"texts": "one"}',
        b'{"texts": []}',
        b'{"texts": [" "]}',
        b'{"texts": [1]}',
        b'{"texts": ["\\ud800"]}',
        b'{"texts": [' + b",".join([b'"a"'] * (MOST_TEXTS + 1)) + b"]}",
        b'{"texts": ["' + b"a" * (MOST_CHARACTERS + 1) + b'"]}',
    ],
)
def test_anything_but_a_list_of_texts_is_an_invalid_field(client: FlaskClient, server: Any, body: bytes) -> None:
    answer = client.post("/internal/v1/embed", data=body, headers=TOKEN)
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "invalid-field"
    assert server.embedded == []


def test_a_model_that_does_not_answer_is_503_with_a_time_to_come_back(client: FlaskClient, server: Any) -> None:
    server.misbehave({}, status=500)
    answer = client.post("/internal/v1/embed", json={"texts": ["one"]}, headers=TOKEN)
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "model-unavailable"
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("misbehaviour", "status"),
    [
        ({"status": 429, "headers": {"Retry-After": "9"}}, 429),
        ({"body": b"<html>"}, 502),
        ({"wait_seconds": 30}, 504),
    ],
)
def test_other_faults_of_the_model_have_their_own_status(
    client: FlaskClient, server: Any, misbehaviour: dict[str, Any], status: int
) -> None:
    server.misbehave(**misbehaviour)
    answer = client.post("/internal/v1/embed", json={"texts": ["one"]}, headers=TOKEN)
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("9" if status == 429 else None)


def test_readiness_follows_the_endpoint_and_life_does_not(client: FlaskClient, server: Any) -> None:
    assert client.get("/readyz").status_code == 200
    server.misbehave({}, status=500)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "ai" in answer.get_json()["reasons"]
    assert client.get("/healthz").status_code == 200


def test_metrics_name_routes_not_addresses(client: FlaskClient) -> None:
    client.get("/internal/v1/nothing-here")
    client.post("/internal/v1/embed", json={"texts": ["one"]}, headers=TOKEN)
    text = client.get("/metrics").text
    assert 'route="/internal/v1/embed",status="200"' in text
    assert "nothing-here" not in text


def test_unknown_addresses_and_methods_are_problems(client: FlaskClient) -> None:
    assert client.get("/nowhere").get_json()["code"] == "not-found"
    assert client.get("/internal/v1/embed").get_json()["code"] == "method-not-allowed"


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.timeout(300)
def test_the_real_server_starts_answers_and_stops_on_sigterm(server: Any, free_port: int) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "WINNOW_AI_BASE_URL": server.url,
        "WINNOW_AI_API_KEY": "key",
        "WINNOW_AI_TRANSCRIPTION_MODEL": "speech",
        "WINNOW_AI_EMBEDDING_MODEL": "vectors",
        "WINNOW_AI_EMBEDDING_DIMENSIONS": "8",
        "WINNOW_AI_API_PORT": str(free_port),
        "WINNOW_SERVICE_TOKEN": "service-token",
    }
    process = subprocess.Popen([sys.executable, "-m", "winnow_ai.api.server"], env=environment)
    try:
        client = AiClient(f"http://127.0.0.1:{free_port}", "service-token")
        deadline = time.monotonic() + 100
        while True:
            try:
                answer = client.ask(EmbedTexts(texts=("one",)))
                break
            except Unavailable:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert len(answer.vectors[0]) == 8
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_missing_settings_are_all_named_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "winnow_ai.api.server"],
        env={"PATH": os.environ["PATH"], "WINNOW_AI_EMBEDDING_DIMENSIONS": "many"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    for name in ("WINNOW_AI_BASE_URL", "WINNOW_AI_API_KEY", "WINNOW_SERVICE_TOKEN", "WINNOW_AI_EMBEDDING_DIMENSIONS"):
        assert name in done.stderr


def test_the_gateways_client_gets_the_answer_of_every_route_there_is(app: Flask) -> None:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    ai = AiClient(f"http://127.0.0.1:{server.server_port}", "service-token")
    try:
        embedded = ai.ask(EmbedTexts(texts=("one", "two")))
        rules = ai.ask(ListRules(region="gb-eng", language="en"))
        rule = ai.ask(FindRule(item="a_strange_bottle", region="kr", language="ko", category="plastic"))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert (embedded.model, [len(vector) for vector in embedded.vectors]) == ("vectors", [8, 8])
    assert (rules.region, rules.language, rules.problems) == ("gb-eng", "en", ())
    assert {region.id for region in rules.regions} == {"gb-eng", "kr"}
    assert (rule.level, rule.fallback, rule.language) == (RuleLevel.CATEGORY, True, "ko")
    served = {
        (method, one.rule)
        for one in app.url_map.iter_rules()
        for method in (one.methods or set()) - {"HEAD", "OPTIONS"}
        if one.rule.startswith("/internal/")
    }
    assert served == {(request.ROUTE.method, request.ROUTE.rule) for request in REQUESTS}
