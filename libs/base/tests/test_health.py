import time

import urllib3

from winnow_base import metrics
from winnow_base.http.health import HealthServer


def test_the_health_port_says_that_it_lives_whether_it_works_and_what_it_measures():
    reasons = {}
    server = HealthServer("127.0.0.1", 0, lambda: reasons)
    server.start()
    pool, base = urllib3.PoolManager(), f"http://127.0.0.1:{server.port}"
    assert pool.request("GET", f"{base}/healthz").status == 200
    assert pool.request("GET", f"{base}/readyz").json() == {"ready": True, "reasons": {}}
    reasons["s3"] = "The store does not answer."
    answer = pool.request("GET", f"{base}/readyz")
    assert (answer.status, answer.json()["reasons"]) == (503, reasons)
    metrics.COMMIT_SECONDS.observe(0.001)
    assert b"winnow_journal_commit_seconds" in pool.request("GET", f"{base}/metrics").data
    running = {thread["name"]: thread["purpose"] for thread in pool.request("GET", f"{base}/threads").json()}
    assert running["health"] == "answers on the health port"
    assert pool.request("GET", f"{base}/else").status == 404
    pool.clear()
    server.stop()


def test_a_health_port_that_nobody_asks_ends_at_once():
    server = HealthServer("127.0.0.1", 0, dict)
    server.start()
    time.sleep(0.2)  # by now it waits for a request
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 4


def test_processes_share_a_health_port_and_the_rest_answers_when_one_ends():
    first = HealthServer("127.0.0.1", 0, dict, shared=True)
    second = HealthServer("127.0.0.1", first.port, dict, shared=True)
    first.start()
    second.start()
    first.stop()
    pool = urllib3.PoolManager(retries=False)
    for _ in range(10):
        assert pool.request("GET", f"http://127.0.0.1:{second.port}/healthz").status == 200
    pool.clear()
    second.stop()
