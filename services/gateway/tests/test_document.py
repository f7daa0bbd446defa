import json
import re
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CONTENT_TYPE_LATEST

from winnow_base.http.readiness import Readiness
from winnow_contracts.errors import Unavailable
from winnow_contracts.problems import PROBLEMS, TYPE_BASE
from winnow_gateway.app import create_app

PREFIXES = ("/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json")


def test_every_route_is_in_the_document_and_the_other_way_round(app: Flask, stranger: FlaskClient) -> None:
    document = stranger.get("/openapi.json").get_json()
    served = {
        (method.lower(), re.sub(r"<(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIXES)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    written = {(method, path) for path, item in document["paths"].items() for method in item}
    assert served == written
    assert document["openapi"].startswith("3.1")


def test_every_reference_of_the_document_leads_somewhere(stranger: FlaskClient) -> None:
    document = stranger.get("/openapi.json").get_json()
    names = re.findall(r"#/components/schemas/(\w+)", stranger.get("/openapi.json").text)
    assert set(names) <= set(document["components"]["schemas"])


def test_the_document_names_everything_in_order_wherever_packages_are_found(stranger: FlaskClient) -> None:
    document = json.loads(stranger.get("/openapi.json").text)
    for names in (list(document["paths"]), list(document["components"]["schemas"])):
        assert names == sorted(names)


def test_every_answer_carries_its_request_id_and_is_not_kept(client: FlaskClient) -> None:
    seen = set()
    for address in ("/healthz", "/v1/nothing", "/v1/media/med_x"):
        answer = client.get(address)
        seen.add(answer.headers["Request-Id"])
        assert answer.headers["Cache-Control"] == "no-store"
        if answer.is_json and answer.status_code >= 400:
            assert answer.get_json()["request_id"] == answer.headers["Request-Id"]
    assert len(seen) == 3


def test_flasks_own_errors_are_problem_details(client: FlaskClient) -> None:
    for answer, code in (
        (client.get("/nowhere"), "not-found"),
        (client.put("/v1/media"), "method-not-allowed"),
        (client.options("/v1/media"), "method-not-allowed"),
    ):
        problem = answer.get_json()
        assert answer.mimetype == "application/problem+json"
        assert (answer.status_code, problem["code"]) == (PROBLEMS[code].status, code)
        assert problem["type"] == TYPE_BASE + code
        assert problem["title"] == PROBLEMS[code].title
    assert "POST" in client.put("/v1/media").headers["Allow"]


def test_what_nobody_foresaw_is_told_without_a_trace(app: Flask, client: FlaskClient, parts: Any, caplog: Any) -> None:
    def explode(*arguments: Any) -> None:
        raise RuntimeError("secret inner words")

    parts.reads.search = explode
    answer = client.get("/v1/search?q=a")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal")
    assert "secret inner words" not in answer.text
    assert answer.headers["Request-Id"] in str([vars(record) for record in caplog.records])


def test_readiness_names_what_is_missing(settings: Any, parts: Any) -> None:
    def down() -> None:
        raise Unavailable("The store does not answer.", dependency="s3")

    answer = asked(settings, parts, Readiness({"s3": down}))
    assert answer.status_code == 503
    assert answer.get_json()["reasons"] == {"s3": "The store does not answer."}
    answer = asked(settings, parts, Readiness({"s3": lambda: None}, helpful={"ai": down}))
    assert (answer.status_code, answer.get_json()["ready"]) == (200, True)
    assert "ai" in answer.get_json()["degraded"]


def test_readiness_is_not_told_by_a_probe_in_the_request(settings: Any, parts: Any) -> None:
    silence = threading.Event()
    asked_at_once = time.monotonic()
    answer = asked(settings, parts, Readiness({"s3": lambda: silence.wait(60) and None}), settled=False)
    assert (answer.status_code, list(answer.get_json()["reasons"])) == (503, ["s3"])
    assert time.monotonic() - asked_at_once < 10
    silence.set()


def asked(settings: Any, parts: Any, readiness: Readiness, *, settled: bool = True) -> Any:
    """What ``/readyz`` answers, after the first probes have ended if ``settled``."""
    client = create_app(settings, replace(parts, readiness=readiness)).test_client()
    readiness.start()
    try:
        deadline = time.monotonic() + 20
        while "not been asked" in (answer := client.get("/readyz")).text and settled:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return answer
    finally:
        readiness.stop()


def test_metrics_count_requests_by_route_without_ids(client: FlaskClient) -> None:
    client.get("/v1/media/med_00000000-0000-7000-8000-000000000000")
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"] == CONTENT_TYPE_LATEST
    assert 'route="/v1/media/{media_id}",status="404"' in answer.text
    assert "med_0" not in answer.text


@pytest.mark.parametrize("address", ["/healthz", "/openapi.json"])
def test_supervisors_need_no_key(stranger: FlaskClient, address: str) -> None:
    assert stranger.get(address).status_code == 200
