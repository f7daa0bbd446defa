"""Many requests with one Idempotency-Key at two gateways at once: one of them acts, also with index away."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from winnow_harness.http_call import exchange

REPEATS = 200
AT_ONCE = 12
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def gateways(nodes):
    """The addresses of two gateways: two processes, store and index are shared, journals are not."""
    another, url = nodes.another_gateway("gateway-beside")
    another.start()
    addresses = (nodes.gateway_url, url)
    for address in addresses:  # each has learnt of the API key before index goes away
        assert exchange("GET", f"{address}/v1/jobs", nodes.key, seconds=60).status == 200
    yield addresses
    another.stop()


@pytest.fixture
def send(nodes, gateways):
    """Sends a request with one key many times to both gateways in turn; returns the answers."""

    def send(path, body, headers, times=REPEATS):
        def once(number):
            url = gateways[number % len(gateways)]
            return exchange("POST", f"{url}{path}", nodes.key, body, headers, seconds=60)

        with ThreadPoolExecutor(AT_ONCE) as clients:
            return list(clients.map(once, range(times)))

    return send


def test_one_of_many_uploads_with_one_key_becomes_a_job_while_index_is_away(nodes, nodes_api, send, clip):
    headers = {"Idempotency-Key": "one-upload", "Content-Type": "application/octet-stream"}
    nodes.stop_part("index-api")
    try:
        answers = send("/v1/media?filename=once.wav", clip.read_bytes(), headers)
    finally:
        nodes.start_part("index-api")
    assert {answer.status for answer in answers} <= {202, 409, 429}
    accepted = [answer for answer in answers if answer.status == 202]
    (job_id,) = {answer.json()["job_id"] for answer in accepted}
    assert [answer.headers["Idempotency-Replayed"] for answer in accepted].count(None) == 1
    assert nodes_api.wait(job_id)["status"] == "done"
    assert nodes.jobs([job_id])[job_id]["stored_times"] == 1


def test_one_of_many_actions_with_one_key_is_done_and_told_while_index_is_away(nodes, nodes_api, send):
    body = json.dumps({"name": "made once", "scopes": ["read"]}).encode()
    headers = {**JSON, "Idempotency-Key": "one-action"}
    answers = send("/v1/ops/keys", body, headers)
    assert {answer.status for answer in answers} <= {201, 409}
    (key_id,) = {answer.json()["key_id"] for answer in answers if answer.status == 201}
    named = [key["key_id"] for key in nodes_api.get("/v1/ops/keys").json()["items"] if key["name"] == "made once"]
    assert named == [key_id]

    nodes.stop_part("index-api")
    try:
        for answer in send("/v1/ops/keys", body, headers, times=2):
            assert (answer.status, answer.headers["Idempotency-Replayed"]) == (201, "true")
            assert answer.json()["key_id"] == key_id
    finally:
        nodes.start_part("index-api")
