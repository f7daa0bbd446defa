"""Nodes on hosts of their own: one leaves for good, one is cut off, and every job ends once."""

import json
import os
import shutil

import pytest

from winnow_harness.fixtures.drills import until
from winnow_harness.http_call import call

JOBS = int(os.environ.get("WINNOW_CLUSTER_JOBS", "1000"))
"""Even, and a thousand for each gateway at most."""

pytestmark = [pytest.mark.real, pytest.mark.timeout(1500)]


def test_every_job_ends_once_while_a_node_leaves_and_another_is_cut_off(cluster, second_gateway):
    jobs = [job for url in (cluster.gateway_url, second_gateway) for job in accepted(cluster, url, JOBS // 2)]

    def done():
        return sum(job["status"] == "done" for job in cluster.jobs(jobs).values())

    until(lambda: done() >= JOBS // 10, "a tenth of the jobs did not end", 300)
    cluster.stop_part("media-2")
    shutil.rmtree(cluster.home.node("media-2"))
    with cluster.network.unplugged("ai-2"):
        begun = done()
        assert begun < JOBS, "the jobs ended too early to tell anything"
        ended = cluster.ended(jobs, 900)
    assert {(job["status"], job["stored_times"]) for job in ended.values()} == {("done", 1)}

    cluster.wait_part("ai-2")
    cluster.drained()
    assert cluster.jobs(jobs) == ended, "a node that came back changed what had ended"
    assert cluster.strangers == [], "somebody beside index came to PostgreSQL"


def accepted(cluster, url, count):
    """Sends drills as one batch; returns their jobs."""
    body = json.dumps({"jobs": [{"kind": "drill", "steps": 2, "work_ms": 20}] * count}).encode()
    status, answer = call(
        "POST", f"{url}/v1/jobs:batch", cluster.key, body, {"Content-Type": "application/json"}, seconds=60
    )
    assert status == 202, (status, answer)
    return [item["job_id"] for item in answer["items"]]
